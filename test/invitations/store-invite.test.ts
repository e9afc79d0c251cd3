import { afterEach, beforeEach, expect, test } from 'vitest'
import { configSchema } from '../../src/config/schema.ts'
import { expireInvitations } from '../../src/invitations/expire.ts'
import { resolveWaiting } from '../../src/invitations/resolve-waiting.ts'
import { storeInvite, type StoreInviteOptions } from '../../src/invitations/store-invite.ts'
import { readStoreRequest } from '../../src/invitations/store-request.ts'
import { openKeyRing } from '../../src/keys/key-ring.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { storedLookup } from '../support/stored-lookup.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const DAY_MS = 86_400_000
const sender = { kind: 'client', userId: '@alice:example.org' } as const

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `stored invitations on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    let options: StoreInviteOptions
    let mailed: string[]
    let roomNames: Record<string, string>
    beforeEach(async () => {
      database = await create()
      storage = await database.open(runtime)
      mailed = []
      roomNames = {}
      const config = configSchema.parse({
        matrix: { domain: 'example.org' },
        invitations: { maxPendingPerSender: 10_000 },
      })
      options = {
        storage,
        runtime,
        config: () => config,
        keyRing: await openKeyRing(`${await createTempDir('keys')}/keys.json`, runtime),
        publicUrl: () => 'https://id.example.org',
        lookup: storedLookup(storage, runtime.clock),
        roomName: async (roomId) => roomNames[roomId] ?? null,
        limit: () => {},
        checkDestination: async () => {},
        queue: async (_tx, invitation) => void mailed.push(invitation.address),
        wake: () => {},
      }
    })
    afterEach(() => database.dispose())

    const invite = (address: string, room_id = '!room:x') => {
      const request = { medium: 'email', address, room_id, sender: '@alice:example.org' }
      return storeInvite(options, readStoreRequest(request, ['email']), sender)
    }
    const list = (address: string, mxid: string) =>
      storage.db
        .insertInto('directory_entries')
        .values({ source: 'list', medium: 'email', address, person: '', mxid, display_name: null })
        .execute()
    const states = async () =>
      (
        await storage.db.selectFrom('invitations').select(['address', 'state']).orderBy('address').execute()
      ).map(({ address, state }) => `${address} ${state}`)

    test('are one for requests that come at the same time, with one mail', async () => {
      const stored = await Promise.all(Array.from({ length: 10 }, () => invite('a@x.example')))
      expect(new Set(stored.map(({ token }) => token)).size).toBe(1)
      expect(mailed).toEqual(['a@x.example'])
    })

    test('hand a directory entry that appears later its invitations, and nobody else theirs', async () => {
      for (const name of ['a', 'b', 'c']) await invite(`${name}@x.example`)
      await list('b@x.example', '@b:example.org')
      expect(await resolveWaiting(storage, runtime, options.lookup)).toBe(1)
      expect(await resolveWaiting(storage, runtime, options.lookup)).toBe(0)
      expect(await states()).toEqual(['a@x.example pending', 'b@x.example resolved', 'c@x.example pending'])
      const outbox = await storage.db.selectFrom('outbox').select(['kind', 'payload']).execute()
      expect(outbox.map((row) => [row.kind, JSON.parse(row.payload)])).toEqual([
        ['onbind', { invitationId: expect.any(String), mxid: '@b:example.org' }],
      ])
    })

    test('are looked up again page by page', async () => {
      const count = 620
      for (let n = 0; n < count; n++) await invite(`n${n}@x.example`, `!${n}:x`)
      await list('n0@x.example', '@first:x')
      await list(`n${count - 1}@x.example`, '@last:x')
      await list('n99@x.example', '@end:x')
      expect(await resolveWaiting(storage, runtime, options.lookup)).toBe(3)
    }, 60_000)

    test('carry the name of the room that a homeserver’s database knows, unless the homeserver said it', async () => {
      roomNames = { '!room:x': 'Teachers', '!named:x': 'Wrong' }
      const request = {
        medium: 'email',
        room_id: '!named:x',
        sender: '@alice:example.org',
        room_name: 'Right',
      }
      await invite('a@x.example')
      await storeInvite(options, readStoreRequest({ ...request, address: 'b@x.example' }, ['email']), sender)
      const rows = await storage.db
        .selectFrom('invitations')
        .select('properties')
        .orderBy('address')
        .execute()
      expect(rows.map(({ properties }) => JSON.parse(properties).room_name)).toEqual(['Teachers', 'Right'])
    })

    test('expire when their time is over, not before, and are not resolved afterwards', async () => {
      await invite('a@x.example')
      runtime.clock.advance(30 * DAY_MS - 1)
      expect(await expireInvitations(storage, runtime, null)).toBe(0)
      runtime.clock.advance(1)
      expect(await expireInvitations(storage, runtime, null)).toBe(1)
      await list('a@x.example', '@a:x')
      expect(await resolveWaiting(storage, runtime, options.lookup)).toBe(0)
      expect(await states()).toEqual(['a@x.example expired'])
    })
  })
}

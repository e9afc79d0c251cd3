import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import { resolveWaiting } from '../../src/invitations/resolve-waiting.ts'
import type { StoreInviteOptions } from '../../src/invitations/store-invite.ts'
import type { KeyRing } from '../../src/keys/key-ring.ts'
import { createLookup } from '../../src/lookup/find.ts'
import { mappingKey, type Mapping } from '../../src/lookup/mappings.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime, type TestRuntime } from '../support/test-runtime.ts'
import {
  addEntries,
  configOf,
  insertMany,
  invite,
  inviteOptions,
  newKeyRing,
} from './support/invitations-world.ts'

const MINUTE_MS = 60_000

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `rules of invitations on ${kind}`, () => {
    let runtime: TestRuntime
    let database: TestDatabase
    let storage: Storage
    let keyRing: KeyRing
    let options: StoreInviteOptions

    beforeEach(async () => {
      runtime = createTestRuntime()
      database = await create()
      storage = await database.open(runtime)
      keyRing = await newKeyRing(runtime)
      options = under({})
    })
    afterEach(() => database.dispose())

    function under(input: ConfigInput): StoreInviteOptions {
      const config = configOf(input)
      return inviteOptions(storage, runtime, keyRing, () => config)
    }
    const rows = () =>
      storage.db.selectFrom('invitations').selectAll().orderBy('created_at').orderBy('id').execute()
    const countOf = async (kindOfRow: string) =>
      (await storage.db.selectFrom('outbox').select('id').where('kind', '=', kindOfRow).execute()).length

    describe('those who may not invite', () => {
      test.each([
        ['a sender', { senders: ['@spam:x.example'] }],
        ['a homeserver', { homeservers: ['x.example'] }],
        ['a room', { rooms: ['!spam:x.example'] }],
        ['an e-mail domain', { domains: ['Victim.example'] }],
      ])('are refused by %s, and nothing is stored', async (_what, blocked) => {
        const by = under({ invitations: { blocked } })
        const what = { address: 'a@victim.example', room: '!spam:x.example', sender: '@spam:x.example' }
        await expect(invite(by, what)).rejects.toMatchObject({ errcode: 'M_FORBIDDEN' })
        expect(await rows()).toEqual([])
        await invite(by, { address: 'a@other.example', sender: '@fine:y.example' })
        expect(await rows()).toHaveLength(1)
      })
    })

    describe('how many may wait', () => {
      test.each([
        [
          'address',
          { maxPendingPerAddress: 2 },
          (n: number) => ({ address: 'a@x.example', room: `!${n}:x` }),
        ],
        ['sender', { maxPendingPerSender: 2 }, (n: number) => ({ address: `a@x${n}.example` })],
        [
          'e-mail domain',
          { maxPendingPerDomain: 2 },
          (n: number) => ({ address: `a${n}@x.example`, sender: `@s${n}:x` }),
        ],
      ])('is counted by %s', async (_what, invitations, nth) => {
        const by = under({ invitations })
        await invite(by, nth(1))
        await invite(by, nth(2))
        await expect(invite(by, nth(3))).rejects.toMatchObject({ errcode: 'M_LIMIT_EXCEEDED' })
        expect(await rows()).toHaveLength(2)
        // The same once more is the same invitation.
        await invite(by, nth(2))
      })
    })

    describe('a homeserver that asks again', () => {
      test('gets the same invitation and causes one mail within ten minutes', async () => {
        const first = await invite(options, { address: 'a@x.example' })
        runtime.clock.advance(9 * MINUTE_MS)
        expect((await invite(options, { address: 'a@x.example' })).token).toBe(first.token)
        expect(await countOf('email')).toBe(1)
        runtime.clock.advance(2 * MINUTE_MS)
        expect((await invite(options, { address: 'a@x.example' })).token).toBe(first.token)
        expect(await countOf('email')).toBe(2)
      })

      test('gets the same when the person was found meanwhile, and nothing is delivered twice', async () => {
        const deliver = under({ invitations: { whenAlreadyBound: 'deliver' } })
        const first = await invite(deliver, { address: 'a@x.example' })
        await addEntries(storage, [{ address: 'a@x.example', mxid: '@a:x.example' }])
        const again = await invite(deliver, { address: 'a@x.example' })
        expect((await invite(deliver, { address: 'a@x.example' })).token).toBe(first.token)
        expect(again.token).toBe(first.token)
        expect(await countOf('onbind')).toBe(1)
      })

      test('for another room, or by another sender, gets another invitation', async () => {
        const tokens = new Set([
          (await invite(options, { address: 'a@x.example' })).token,
          (await invite(options, { address: 'a@x.example', room: '!other:x' })).token,
          (await invite(options, { address: 'a@x.example', sender: '@bob:example.org' })).token,
        ])
        expect(tokens.size).toBe(3)
      })
    })

    test('people found by other servers get theirs at once where invitations are delivered', async () => {
      const asked: string[] = []
      const elsewhere: Mapping = {
        medium: 'email',
        address: 'dan@far.example',
        mxid: '@dan:far.example',
        source: 'federation far.example',
        boundAt: null,
        notBefore: null,
        notAfter: null,
      }
      const lookup = createLookup({
        storage,
        clock: runtime.clock,
        backends: [],
        sources: [],
        remote: {
          asksAnybody: true,
          allows: () => true,
          async find(addresses) {
            asked.push(...addresses.map(({ address }) => address))
            return new Map([[mappingKey(elsewhere), elsewhere]])
          },
          explain: async () => [],
        },
      })
      const deliver = { ...under({ invitations: { whenAlreadyBound: 'deliver' } }), lookup }
      await invite(deliver, { address: 'dan@far.example' })
      await expect(invite({ ...options, lookup }, { address: 'dan@far.example' })).rejects.toMatchObject({
        errcode: 'M_THREEPID_IN_USE',
      })
      expect(asked).toEqual(['dan@far.example', 'dan@far.example'])
      const [invitation] = await rows()
      expect(invitation).toMatchObject({ state: 'resolved', resolved_source: 'federation far.example' })
      expect(await countOf('email')).toBe(0)

      // The same on the timer, for one that was stored before.
      await invite(options, { address: 'erin@far.example' })
      const found = { ...elsewhere, address: 'erin@far.example', mxid: '@erin:far.example' }
      const later = {
        ...lookup,
        find: async () => new Map([[mappingKey(found), found]]),
      }
      expect(await resolveWaiting(storage, runtime, later)).toBe(1)
    })

    test('two processes that look the same thousand up at once resolve each once', async () => {
      const numbers = Array.from({ length: 1_000 }, (_, n) => n)
      await insertMany(
        storage,
        runtime,
        keyRing,
        numbers.map((n) => ({ address: `n${n}@x.example`, room: `!${n}:x` })),
      )
      await addEntries(
        storage,
        numbers.map((n) => ({ address: `n${n}@x.example`, mxid: `@n${n}:x.example` })),
      )
      const other = kind === 'postgres' ? await database.open(runtime) : storage
      const resolved = await Promise.all([
        resolveWaiting(storage, runtime, options.lookup, 'stored'),
        resolveWaiting(other, runtime, options.lookup, 'all'),
      ])
      expect(resolved[0] + resolved[1]).toBe(1_000)
      expect(await countOf('onbind')).toBe(1_000)
    }, 30_000)
  })
}

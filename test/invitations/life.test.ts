import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Config, ConfigInput } from '../../src/config/schema.ts'
import { createInvitationDelivery } from '../../src/invitations/deliver.ts'
import { createEvidence } from '../../src/invitations/evidence.ts'
import { expireInvitations } from '../../src/invitations/expire.ts'
import { readHistory } from '../../src/invitations/history.ts'
import { moveInvitation } from '../../src/invitations/invitation.ts'
import { followInvitationMails } from '../../src/invitations/mail.ts'
import { resendInvitation } from '../../src/invitations/resend.ts'
import { resolveInvitations } from '../../src/invitations/resolve.ts'
import { revokeInvitation } from '../../src/invitations/revoke.ts'
import { signAcceptance } from '../../src/invitations/sign.ts'
import { allStates, boundStates, mayMove } from '../../src/invitations/states.ts'
import type { StoreInviteOptions } from '../../src/invitations/store-invite.ts'
import type { OnbindOutcome } from '../../src/homeserver/onbind.ts'
import type { KeyRing } from '../../src/keys/key-ring.ts'
import { currentMapping } from '../../src/lookup/mappings.ts'
import { createOutboxWorker, type OutboxResult, type OutboxWorker } from '../../src/notify/outbox-worker.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime, type TestRuntime } from '../support/test-runtime.ts'
import { configOf, invite, inviteOptions, newKeyRing } from './support/invitations-world.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const carol = { medium: 'email', address: 'carol@x.example' } as const
const mxid = '@carol:x.example'

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the life of an invitation on ${kind}`, () => {
    let runtime: TestRuntime
    let database: TestDatabase
    let storage: Storage
    let keyRing: KeyRing
    let options: StoreInviteOptions
    let config: Config
    let worker: OutboxWorker
    let mailAnswer: OutboxResult
    let mailed: number
    let onbindAnswer: OnbindOutcome | (() => Promise<OnbindOutcome>)
    let delivered: string[]

    const configure = (input: ConfigInput) => (config = configOf(input))

    beforeEach(async () => {
      runtime = createTestRuntime()
      database = await create()
      storage = await database.open(runtime)
      keyRing = await newKeyRing(runtime)
      configure({})
      options = inviteOptions(storage, runtime, keyRing, () => config)
      mailAnswer = { result: 'done' }
      mailed = 0
      onbindAnswer = { result: 'accepted' }
      delivered = []
      const mail = {
        deliver: async () => {
          mailed++
          return mailAnswer
        },
      }
      const onbind = createInvitationDelivery({
        storage,
        runtime,
        keyRing,
        serverName: 'example.org',
        onbind: {
          async send(_server, body) {
            delivered.push(body.mxid)
            return typeof onbindAnswer === 'function' ? await onbindAnswer() : onbindAnswer
          },
        },
        currentOwner: (tx, address) => currentMapping(tx, address, ['list'], runtime.clock.now()),
      })
      const handlers = { email: followInvitationMails(mail, runtime), onbind }
      worker = createOutboxWorker({ storage, runtime, handlers })
    })
    afterEach(async () => {
      await worker.stop()
      await database.dispose()
    })

    const only = () => storage.db.selectFrom('invitations').selectAll().executeTakeFirstOrThrow()
    const events = async () => (await readHistory(storage.db, (await only()).id)).map(({ event }) => event)
    const store = async () => {
      await invite(options, carol)
      await worker.idle()
      return await only()
    }
    const later = async (ms: number) => {
      runtime.clock.advance(ms)
      await worker.idle()
    }
    const bind = async (owner = mxid) => {
      const found = { ...carol, mxid: owner, source: 'association' }
      await storage.transaction(async (tx) => {
        const now = runtime.clock.now()
        const row = { ...carol, mxid: owner, bound_at: now, not_before: now, not_after: now + 1e12 }
        await tx
          .insertInto('associations')
          .values(row)
          .onConflict((conflict) => conflict.columns(['medium', 'address']).doUpdateSet(row))
          .execute()
        await resolveInvitations(tx, runtime, [found], boundStates)
      })
      await later(5_000)
    }
    const sign = async (who: string) => {
      const { token, ephemeral_private_key: private_key } = await only()
      return await signAcceptance(storage, runtime, 'example.org', { mxid: who, token, private_key })
    }
    const askForKey = async () =>
      await createEvidence(storage, runtime).isEphemeralKeyValid((await only()).ephemeral_public_key)

    test('is told from the first day to the delivery', async () => {
      await store()
      await later(DAY_MS)
      await bind()
      expect(await events()).toEqual(['pending', 'mailed', 'resolved', 'delivered'])
      const { resolved_source, resolved_server } = await only()
      expect({ resolved_source, resolved_server }).toEqual({
        resolved_source: 'association',
        resolved_server: 'x.example',
      })
    })

    describe('the mail', () => {
      test('that waits is told once, and that it went out in the end', async () => {
        mailAnswer = { result: 'retry', error: 'greylisted' }
        await store()
        for (let n = 0; n < 5; n++) await later(MINUTE_MS)
        mailAnswer = { result: 'done' }
        await later(60 * MINUTE_MS)
        expect(await events()).toEqual(['pending', 'waiting', 'mailed'])
      })

      test('that nobody takes leaves the invitation waiting', async () => {
        mailAnswer = { result: 'failed', error: 'no such mailbox' }
        await store()
        expect(await events()).toEqual(['pending', 'not-mailed'])
        await bind()
        expect((await only()).state).toBe('delivered')
      })
    })

    describe('the link of the mail', () => {
      test('makes it accepted once a homeserver asks for the key, and nothing is delivered any more', async () => {
        await store()
        await sign('@guest:y.example')
        expect((await only()).state).toBe('pending')
        expect(await askForKey()).toBe(true)
        expect((await only()).state).toBe('accepted')
        await bind()
        expect(delivered).toEqual([])
        expect(await events()).toEqual(['pending', 'mailed', 'signed', 'accepted'])
        expect(await askForKey()).toBe(true)
      })

      test('can be opened again, as when the first join failed', async () => {
        await store()
        await sign('@guest:y.example')
        await askForKey()
        await expect(sign('@guest:y.example')).resolves.toMatchObject({ mxid: '@guest:y.example' })
      })

      test('proves nothing when only somebody asks for the key', async () => {
        await store()
        expect(await askForKey()).toBe(true)
        expect((await only()).state).toBe('pending')
      })

      test('alone does not keep it from its owner', async () => {
        await store()
        await sign(mxid)
        await bind()
        expect(delivered).toEqual([mxid])
      })
    })

    describe('when its time is over', () => {
      const expire = () => expireInvitations(storage, runtime, config.invitations.expireTo)

      test('goes to the Matrix ID that takes expired ones, and to nobody else afterwards', async () => {
        configure({ invitations: { expireTo: '@expired:example.org' } })
        await store()
        await later(30 * DAY_MS)
        expect(await expire()).toBe(1)
        expect(await expire()).toBe(0)
        await expect(sign('@guest:y.example')).rejects.toMatchObject({ errcode: 'M_UNRECOGNIZED' })
        await later(5_000)
        await bind()
        expect(delivered).toEqual(['@expired:example.org'])
        expect(await events()).toEqual(['pending', 'mailed', 'resolved', 'expired'])
        expect(await askForKey()).toBe(false)
      })

      test('is expired also when that homeserver refuses it', async () => {
        configure({ invitations: { expireTo: '@expired:example.org' } })
        onbindAnswer = { result: 'refused', status: 403, reason: 'no' }
        await store()
        await later(30 * DAY_MS)
        await expire()
        await later(5_000)
        expect((await only()).state).toBe('expired')
      })

      test('is not taken by a bind on its way there', async () => {
        configure({ invitations: { expireTo: '@expired:example.org' } })
        onbindAnswer = { result: 'retry', reason: 'down', wholeServer: true }
        await store()
        await later(30 * DAY_MS)
        await expire()
        await later(5_000)
        await bind()
        expect(new Set(delivered)).toEqual(new Set(['@expired:example.org']))
      })

      test('takes no more than it needs of thousands', async () => {
        for (let n = 0; n < 130; n++) await invite(options, { address: `n${n}@x.example` })
        runtime.clock.advance(30 * DAY_MS)
        expect(await expire()).toBe(130)
      })
    })

    describe('resent', () => {
      const resend = async () => {
        const resending = { storage, runtime, config, checkDestination: async () => {}, queue: options.queue }
        const result = await resendInvitation(resending, (await only()).id, 'a test')
        await worker.idle()
        return result
      }

      test('is mailed again and lives as long as a new one', async () => {
        await store()
        await later(29 * DAY_MS)
        expect(await resend()).toEqual({ result: 'queued', expiresAt: runtime.clock.now() + 30 * DAY_MS })
        expect(mailed).toBe(2)
        await later(29 * DAY_MS)
        expect(await expireInvitations(storage, runtime, null)).toBe(0)
        expect(await events()).toEqual(['pending', 'mailed', 'resent', 'mailed'])
      })

      test('waits ten minutes after any mail, and stops at twenty mails a day', async () => {
        await store()
        expect(await resend()).toMatchObject({ result: 'too-soon' })
        for (let n = 0; n < 20; n++) {
          await later(10 * MINUTE_MS)
          expect(await resend()).toMatchObject({ result: 'queued' })
        }
        await later(10 * MINUTE_MS)
        expect(await resend()).toMatchObject({ result: 'too-soon' })
        await later(DAY_MS)
        expect(await resend()).toMatchObject({ result: 'queued' })
      })

      test('obeys the rules of today', async () => {
        await store()
        await later(DAY_MS)
        configure({ invitations: { blocked: { domains: ['X.example'] } } })
        expect(await resend()).toMatchObject({ result: 'refused' })
        expect(mailed).toBe(1)
      })

      test('is refused for what is not waiting', async () => {
        await store()
        await bind()
        expect(await resend()).toEqual({ result: 'not-pending', state: 'delivered' })
      })
    })

    describe('revoked', () => {
      test('while the homeserver is being told, the history says that it came too late', async () => {
        await store()
        onbindAnswer = async () => {
          await revokeInvitation(storage, runtime, (await only()).id, 'a test')
          return { result: 'accepted' }
        }
        await bind()
        const history = await readHistory(storage.db, (await only()).id)
        expect(history.at(-1)).toMatchObject({
          event: 'revoked',
          detail: expect.stringContaining('too late'),
        })
      })

      test('before that, nothing is delivered', async () => {
        await store()
        const { id } = await only()
        expect(await revokeInvitation(storage, runtime, id, 'a test')).toEqual({ result: 'revoked' })
        expect(await revokeInvitation(storage, runtime, id, 'a test')).toEqual({
          result: 'over',
          state: 'revoked',
        })
        await bind()
        expect(delivered).toEqual([])
      })
    })

    test('knows no move that the rules do not', async () => {
      const { id } = await store()
      for (const from of allStates) {
        for (const to of allStates.filter((state) => !mayMove(from, state))) {
          const move = storage.transaction((tx) => moveInvitation(tx, runtime, id, [from], { state: to }, ''))
          await expect(move).rejects.toThrow(`no invitation goes from ${from} to ${to}`)
        }
      }
      expect((await only()).state).toBe('pending')
    })

    test('is not delivered to what is no Matrix ID', async () => {
      await store()
      const damaged = { ...carol, mxid: '@carol:not a server', source: 'association' }
      const resolved = await storage.transaction((tx) =>
        resolveInvitations(tx, runtime, [damaged], boundStates),
      )
      expect(resolved).toBe(0)
      expect((await only()).state).toBe('pending')
    })
  })
}

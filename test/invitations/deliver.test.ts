import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OnbindBody, OnbindOutcome } from '../../src/homeserver/onbind.ts'
import { createInvitationDelivery } from '../../src/invitations/deliver.ts'
import { createEvidence } from '../../src/invitations/evidence.ts'
import { resolveWaiting } from '../../src/invitations/resolve-waiting.ts'
import { resolveInvitations, unresolveInvitations } from '../../src/invitations/resolve.ts'
import { boundStates } from '../../src/invitations/states.ts'
import { openKeyRing } from '../../src/keys/key-ring.ts'
import { currentMapping } from '../../src/lookup/mappings.ts'
import { createOutboxWorker, type OutboxWorker } from '../../src/notify/outbox-worker.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { storedLookup } from '../support/stored-lookup.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const carol = { medium: 'email', address: 'carol@x.example' } as const
const [anna, bob] = ['@anna:example.org', '@bob:example.org']
const accepted: OnbindOutcome = { result: 'accepted' }
const down: OnbindOutcome = { result: 'retry', reason: 'refused' }
const lost: OnbindOutcome = { result: 'unknown', reason: 'no answer' }
const settleMs = 30_000

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `delivering an invitation on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    let outbox: OutboxWorker
    let sent: string[]
    /** What the homeserver does with the next delivery. */
    let answer: (token: string) => Promise<OnbindOutcome> | OnbindOutcome

    beforeEach(async () => {
      database = await create()
      storage = await database.open(runtime)
      sent = []
      answer = () => accepted
      const onbind = {
        send: async (_server: string, { mxid, invites }: OnbindBody) => {
          sent.push(mxid)
          return await answer(invites[0]?.signed.token ?? '')
        },
      }
      const handler = createInvitationDelivery({
        storage,
        runtime,
        onbind,
        keyRing: await openKeyRing(`${await createTempDir('keys')}/keys.json`, runtime),
        serverName: 'example.org',
        settleMs,
        currentOwner: (tx, address) => currentMapping(tx, address, ['list'], runtime.clock.now()),
      })
      outbox = createOutboxWorker({ storage, runtime, handlers: { onbind: handler } })
      await insertInvitation()
    })
    afterEach(() => database.dispose())

    async function insertInvitation({ id = 'i', token = 't', age = 3_600_000 } = {}): Promise<void> {
      const now = runtime.clock.now()
      const keys = {
        server_public_key: 's',
        ephemeral_public_key: `e${id}`,
        ephemeral_private_key: 'A'.repeat(43),
      }
      const room = { room_id: '!room:x', sender: '@sender:x.example', properties: '{}' }
      const times = {
        created_at: now - age,
        expires_at: now + 1e9,
        last_mailed_at: null,
        delivered_at: null,
      }
      const delivery = { resolved_mxid: null, delivery_started_at: null, validity_asked_at: null }
      await storage.db
        .insertInto('invitations')
        .values({
          id,
          token,
          evidence_ref: id === 'i' ? 'ref' : id,
          state: 'pending',
          ...carol,
          ...room,
          ...keys,
          ...times,
          ...delivery,
        })
        .execute()
    }

    const bind = (mxid: string) =>
      storage.transaction(async (tx) => {
        const now = runtime.clock.now()
        const row = { ...carol, mxid, bound_at: now, not_before: now, not_after: now + 1e12 }
        await tx
          .insertInto('associations')
          .values(row)
          .onConflict((conflict) => conflict.columns(['medium', 'address']).doUpdateSet(row))
          .execute()
        await resolveInvitations(tx, runtime, [{ ...carol, mxid, source: 'association' }], boundStates)
      })
    const unbind = (mxid: string) =>
      storage.transaction(async (tx) => {
        await tx.deleteFrom('associations').where('mxid', '=', mxid).execute()
        await unresolveInvitations(tx, runtime, carol, mxid)
      })
    const askKey = () => createEvidence(storage, runtime).noteValidityCheck('ref')
    const invitation = () =>
      storage.db.selectFrom('invitations').select(['state', 'resolved_mxid']).executeTakeFirstOrThrow()
    const later = async (ms: number) => {
      runtime.clock.advance(ms)
      await outbox.idle()
    }

    test('a lost answer is not asked for again when the homeserver had asked for the key', async () => {
      answer = async () => {
        await askKey()
        return lost
      }
      await bind(anna)
      await outbox.idle()
      await later(settleMs + 1)
      expect(sent).toEqual([anna])
      expect((await invitation()).state).toBe('delivered')
    })

    test('a lost request is repeated, but only when the homeserver can no longer be at work on it', async () => {
      answer = () => lost
      await bind(anna)
      await outbox.idle()
      answer = () => accepted
      await later(settleMs - 1_000)
      expect(sent).toHaveLength(1)
      await later(2_000)
      expect(sent).toHaveLength(2)
      expect((await invitation()).state).toBe('delivered')
    })

    test('a stranger who opens the key URL while the homeserver is down stops nothing', async () => {
      answer = () => down
      await bind(anna)
      await outbox.idle()
      await askKey()
      answer = () => accepted
      await later(10_000)
      expect(sent).toEqual([anna, anna])
      expect((await invitation()).state).toBe('delivered')
    })

    test('a delivery under way counts although the address is given up meanwhile, and is never repeated', async () => {
      answer = async () => {
        await unbind(anna)
        return accepted
      }
      await bind(anna)
      await outbox.idle()
      expect((await invitation()).state).toBe('delivered')
      await bind(anna)
      await bind(bob)
      await later(10_000)
      expect(sent).toEqual([anna])
    })

    test('what the former owner of the address could not be given goes to the present one', async () => {
      answer = async () => {
        answer = () => accepted
        await bind(bob)
        return { result: 'refused', status: 403, reason: 'no' }
      }
      await bind(anna)
      await outbox.idle()
      await later(5_000)
      expect(sent).toEqual([anna, bob])
      expect(await invitation()).toEqual({ state: 'delivered', resolved_mxid: bob })
    })

    test('a bind tries again what had failed', async () => {
      answer = () => ({ result: 'refused', status: 403, reason: 'no' })
      await bind(anna)
      await outbox.idle()
      expect((await invitation()).state).toBe('failed')
      answer = () => accepted
      runtime.clock.advance(1_000)
      await bind(anna)
      await outbox.idle()
      expect((await invitation()).state).toBe('delivered')
    })

    test('several for one address go out one after the other, in the order in which they were made', async () => {
      for (const n of [1, 2, 3, 4])
        await insertInvitation({ id: `i${n}`, token: `t${n}`, age: 3_600_000 - n })
      const order: string[] = []
      let underWay = 0
      answer = async (token) => {
        expect(++underWay).toBe(1)
        order.push(token)
        await new Promise((resolve) => setImmediate(resolve))
        underWay--
        return accepted
      }
      await bind(anna)
      for (let n = 0; n < 6; n++) await later(1_000)
      expect(order).toEqual(['t', 't1', 't2', 't3', 't4'])
    })

    test('one that its homeserver is silent about stands in the way of no younger one', async () => {
      await insertInvitation({ id: 'i1', token: 't1', age: 3_599_000 })
      answer = (token) => (token === 't' ? lost : accepted)
      await bind(anna)
      for (let n = 0; n < 6; n++) await later(30_000)
      const states = await storage.db
        .selectFrom('invitations')
        .select(['token', 'state'])
        .orderBy('token')
        .execute()
      expect(states).toEqual([
        { token: 't', state: 'resolved' },
        { token: 't1', state: 'delivered' },
      ])
    })

    test('a refusal in the first minutes may be too early; later it is final', async () => {
      await storage.db.updateTable('invitations').set({ created_at: runtime.clock.now() }).execute()
      answer = () => ({ result: 'refused', status: 403, reason: 'no' })
      await bind(anna)
      await later(5_000)
      await later(60_000)
      expect((await invitation()).state).toBe('resolved')
      await later(120_000)
      expect((await invitation()).state).toBe('failed')
      expect(sent).toHaveLength(3)
    })

    test('a homeserver’s Retry-After is honoured, within reason', async () => {
      answer = () => ({ result: 'retry', reason: 'busy', retryAfterMs: 1e12, wholeServer: true })
      await bind(anna)
      await outbox.idle()
      await later(86_400_000 - 1)
      expect(sent).toHaveLength(1)
      await later(1)
      expect(sent).toHaveLength(2)
    })

    test('a directory never takes an invitation from the user who bound the address', async () => {
      await storage.db
        .insertInto('directory_entries')
        .values({ source: 'list', ...carol, person: '', mxid: anna, display_name: null })
        .execute()
      await Promise.all([bind(bob), resolveWaiting(storage, runtime, storedLookup(storage, runtime.clock))])
      await outbox.idle()
      await resolveWaiting(storage, runtime, storedLookup(storage, runtime.clock))
      await outbox.idle()
      expect(sent.at(-1)).toBe(bob)
      expect(await invitation()).toEqual({ state: 'delivered', resolved_mxid: bob })
    })
  })
}

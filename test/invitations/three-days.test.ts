import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFederationClient } from '../../src/homeserver/federation-client.ts'
import { createOnbind, type Onbind } from '../../src/homeserver/onbind.ts'
import { createInvitationDelivery } from '../../src/invitations/deliver.ts'
import { createEvidence } from '../../src/invitations/evidence.ts'
import { resolveWaiting } from '../../src/invitations/resolve-waiting.ts'
import type { KeyRing } from '../../src/keys/key-ring.ts'
import { currentMapping } from '../../src/lookup/mappings.ts'
import { createServerDiscovery } from '../../src/net/server-discovery.ts'
import { createOutboxWorker, type OutboxWorker } from '../../src/notify/outbox-worker.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { freePort } from '../support/free-port.ts'
import { createOutgoing } from '../support/outgoing.ts'
import { describeWith } from '../support/skip.ts'
import { storedLookup } from '../support/stored-lookup.ts'
import { createTestRuntime, type TestRuntime } from '../support/test-runtime.ts'
import { startFailingHomeserver, type FailingHomeserver, type Mood } from './support/failing-homeserver.ts'
import { addEntries, insertMany, newKeyRing } from './support/invitations-world.ts'

const HOUR_MS = 3_600_000
const COUNT = 500
/** The homeserver of this many is fine all the time. */
const ELSEWHERE = 20
/** Invitations that their homeserver answers 500 to for the three days, while it is up itself: a room it cannot reach. */
const SICK = 3

/** What becomes of the homeserver, by hours since the outage began. */
const outage: readonly (readonly [from: number, mood: Mood])[] = [
  [0, 'refused'],
  [20, 'bad-gateway'],
  [30, 'missing'],
  [40, 'busy'],
  [46, 'reset'],
  [52, 'web-page'],
  [60, 'refused'],
  [72, 'fine'],
]
const RESTART_EVERY_H = 9

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `five hundred invitations and three days of outage on ${kind}`, () => {
    let runtime: TestRuntime
    let database: TestDatabase
    let storage: Storage
    let keyRing: KeyRing
    let worker: OutboxWorker
    let broken: FailingHomeserver
    let sound: FailingHomeserver
    let onbind: Onbind
    let began: number

    const hours = () => (runtime.clock.now() - began) / HOUR_MS
    const mood = () => outage.findLast(([from]) => hours() >= from)?.[1] ?? 'fine'

    beforeEach(async () => {
      runtime = createTestRuntime()
      database = await create()
      storage = await database.open(runtime)
      keyRing = await newKeyRing(runtime)
      const lost = new Set<string>()
      const trouble = {
        isSick: (_delivered: unknown, room: string) => room === '!sick:example.org' && hours() < 80,
        // It asks for the key, as Synapse does, and then nobody hears its answer: one in ten.
        async losesAnswer({ token, address }: { token: string; address: string }) {
          if (!address.startsWith('lost') || lost.has(token)) return false
          lost.add(token)
          const { evidence_ref } = await storage.db
            .selectFrom('invitations')
            .select('evidence_ref')
            .where('token', '=', token)
            .executeTakeFirstOrThrow()
          expect(await createEvidence(storage, runtime).noteValidityCheck(evidence_ref)).toBe(true)
          return true
        },
      }
      broken = await startFailingHomeserver(trouble)
      sound = await startFailingHomeserver(trouble)
      onbind = await connect()
    })
    afterEach(async () => {
      await worker.stop()
      await broken.close()
      await sound.close()
      await database.dispose()
    })

    /** The real client; a homeserver that refuses connections is a port where nobody listens. */
    async function connect(): Promise<Onbind> {
      const closed = `http://127.0.0.1:${await freePort()}`
      const clientTo = (url: string) => {
        const { http, resolver } = createOutgoing()
        const pins = { 'broken.example': url, 'sound.example': sound.url }
        const wellKnown = { lookup: async () => null }
        return createOnbind({
          federation: createFederationClient({
            http,
            discovery: createServerDiscovery({ pins, wellKnown, resolver }),
          }),
        })
      }
      const [up, down] = [clientTo(broken.url), clientTo(closed)]
      return { send: (server, body) => (broken.mood === 'refused' ? down : up).send(server, body) }
    }

    function newWorker(): OutboxWorker {
      const handler = createInvitationDelivery({
        storage,
        runtime,
        onbind,
        keyRing,
        serverName: 'example.org',
        currentOwner: (tx, address) => currentMapping(tx, address, ['list'], runtime.clock.now()),
      })
      return createOutboxWorker({ storage, runtime, handlers: { onbind: handler } })
    }

    async function restart(): Promise<void> {
      await worker.stop()
      await storage.close()
      storage = await database.open(runtime)
      worker = newWorker()
    }

    /** Lets time pass to the next thing that is due, until nothing is. */
    async function runUntilQuiet(): Promise<void> {
      let restarts = 0
      for (;;) {
        broken.mood = mood()
        await worker.idle()
        const { next } = await storage.db
          .selectFrom('outbox')
          .select((eb) => eb.fn.min('next_attempt_at').as('next'))
          .where('finished_at', 'is', null)
          .executeTakeFirstOrThrow()
        if (next === null) return
        // A little more than needed, so that what comes milliseconds later comes along.
        runtime.clock.advance(Math.max(0, Number(next) - runtime.clock.now()) + 600)
        if (hours() / RESTART_EVERY_H > restarts + 1) {
          restarts++
          await restart()
        }
      }
    }

    const addressOf = (n: number) =>
      `${n % 10 === 0 && n >= ELSEWHERE ? 'lost' : 'guest'}${n}@${n < ELSEWHERE ? 'sound' : 'broken'}.example`
    const mxidOf = (n: number) => `@guest${n}:${n < ELSEWHERE ? 'sound' : 'broken'}.example`
    const numbers = Array.from({ length: COUNT }, (_, n) => n)

    test('lose none, deliver none twice, hold up nobody else, and tell why each waited', async () => {
      const isSick = (n: number) => n >= ELSEWHERE && n < ELSEWHERE + SICK
      await insertMany(
        storage,
        runtime,
        keyRing,
        numbers.map((n) => ({
          address: addressOf(n),
          room: isSick(n) ? '!sick:example.org' : `!room${n}:example.org`,
        })),
      )
      await addEntries(
        storage,
        numbers.map((n) => ({ address: addressOf(n), mxid: mxidOf(n) })),
      )
      began = runtime.clock.now()
      worker = newWorker()
      const lookup = storedLookup(storage, runtime.clock)
      expect(await resolveWaiting(storage, runtime, lookup, 'stored')).toBe(COUNT)
      broken.mood = mood()
      await worker.idle()
      runtime.clock.advance(1_000)
      await worker.idle()
      const inTime = sound.taken.length

      await runUntilQuiet()

      const all = [...broken.taken, ...sound.taken]
      expect(all).toHaveLength(COUNT)
      expect(new Set(all.map(({ token }) => token)).size).toBe(COUNT)
      const states = await storage.db
        .selectFrom('invitations')
        .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute()
      expect(states.map(({ state, count }) => [state, Number(count)])).toEqual([['delivered', COUNT]])
      expect(inTime).toBe(ELSEWHERE)
      // One message knocks for all: a hundred attempts or so in three days, not a hundred for each.
      expect(broken.requests).toBeLessThan(COUNT + 300)
      await expectHistories()
    }, 120_000)

    async function expectHistories(): Promise<void> {
      const rows = await storage.db
        .selectFrom('invitation_history as history')
        .innerJoin('invitations', 'invitations.id', 'history.invitation_id')
        .select(['address', 'history.state', 'detail'])
        .where('resolved_server', '=', 'broken.example')
        .orderBy('history.id')
        .execute()
      const histories = Map.groupBy(rows, ({ address }) => address)
      expect(histories.size).toBe(COUNT - ELSEWHERE)
      for (const history of histories.values()) {
        const waits = history.filter(({ state }) => state === 'waiting').map(({ detail }) => detail)
        expect(waits.length).toBeLessThan(16)
        for (const reason of ['ECONNREFUSED', '502', '404', '429', 'not a homeserver'])
          expect(waits.join('\n')).toContain(reason)
        expect(waits.every((detail) => /Next attempt: \d{4}-\d\d-\d\dT/.test(detail))).toBe(true)
        expect(history.map(({ state }) => state).filter((state) => state !== 'waiting')).toEqual([
          'pending',
          'resolved',
          'delivered',
        ])
      }
    }
  })
}

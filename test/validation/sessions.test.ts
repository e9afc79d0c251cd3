import { afterEach, beforeEach, expect, test } from 'vitest'
import { MatrixError } from '../../src/matrix/errors.ts'
import type { Storage } from '../../src/storage/storage.ts'
import {
  completeSession,
  openSession,
  validatedSession,
  type SessionRules,
} from '../../src/validation/sessions.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const DAY_MS = 86_400_000
const rules: SessionRules = { lifetime: DAY_MS, maxAttempts: 3 }

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `validation sessions on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    beforeEach(async () => {
      database = await create()
      storage = await database.open(runtime)
    })
    afterEach(() => database.dispose())

    const open = (sendAttempt = 1, clientSecret = 'secret') =>
      storage.transaction((tx) =>
        openSession(tx, runtime, rules, {
          medium: 'email',
          address: 'a@x.example',
          clientSecret,
          sendAttempt,
          nextLink: null,
        }),
      )
    const submit = (sid: string, right: boolean, clientSecret = 'secret') =>
      completeSession(
        storage,
        runtime,
        rules,
        { sid, clientSecret },
        () => right,
        () => {},
      )
    const errcode = async (work: Promise<unknown>) => {
      const error = await work.then(
        () => null,
        (reason: unknown) => reason,
      )
      return error instanceof MatrixError ? error.errcode : error
    }

    test('are one for requests that come at the same time, of which one sends', async () => {
      const opened = await Promise.all(Array.from({ length: 10 }, () => open()))
      expect(new Set(opened.map(({ sid }) => sid)).size).toBe(1)
      expect(opened.filter(({ send }) => send)).toHaveLength(1)
    })

    test('send once for a higher attempt that comes several times at once', async () => {
      const { sid } = await open()
      const opened = await Promise.all(Array.from({ length: 10 }, () => open(2)))
      expect(opened.every((each) => each.sid === sid)).toBe(true)
      expect(opened.filter(({ send }) => send)).toHaveLength(1)
    })

    test('store neither secret nor code', async () => {
      const { sid } = await open(1, 'very-secret')
      const row = await storage.db
        .selectFrom('sessions')
        .selectAll()
        .where('sid', '=', sid)
        .executeTakeFirstOrThrow()
      expect(JSON.stringify(row)).not.toContain('very-secret')
      expect(row.client_secret_hash).toMatch(/^[0-9a-f]{64}$/)
    })

    test('count guesses that come at the same time one by one', async () => {
      const { sid } = await open()
      const codes = await Promise.all(Array.from({ length: 12 }, () => errcode(submit(sid, false))))
      expect(codes.filter((code) => code === 'M_TOKEN_INCORRECT')).toHaveLength(3)
      expect(codes.filter((code) => code === 'M_SESSION_EXPIRED')).toHaveLength(9)
      expect(await errcode(submit(sid, true))).toBe('M_SESSION_EXPIRED')
    })

    test('that were closed by guesses give way to another one', async () => {
      const { sid } = await open()
      for (let guess = 0; guess < 3; guess++) await errcode(submit(sid, false))
      const next = await open()
      expect(next.sid).not.toBe(sid)
      expect(next.send).toBe(true)
      expect(await errcode(submit(next.sid, true))).toBeNull()
    })

    test('stay valid for their life after each validation', async () => {
      const { sid } = await open()
      runtime.clock.advance(DAY_MS - 1)
      await submit(sid, true)
      const validatedAt = runtime.clock.now()
      runtime.clock.advance(DAY_MS - 1)
      const proof = { sid, clientSecret: 'secret' }
      expect(await validatedSession(storage.db, runtime, rules, proof)).toEqual({
        sid,
        medium: 'email',
        address: 'a@x.example',
        validatedAt,
      })
      runtime.clock.advance(1)
      expect(await errcode(validatedSession(storage.db, runtime, rules, proof))).toBe('M_SESSION_EXPIRED')
    })

    test('keep their next_link when a later request names none', async () => {
      const request = { medium: 'email', address: 'a@x.example', clientSecret: 'secret' } as const
      const first = { ...request, sendAttempt: 1, nextLink: 'https://x.example/' }
      const { sid } = await storage.transaction((tx) => openSession(tx, runtime, rules, first))
      await open(2)
      expect(await submit(sid, true)).toMatchObject({ nextLink: 'https://x.example/' })
    })
  })
}

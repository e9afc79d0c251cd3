import type { FastifyRequest } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAccounts } from '../../src/accounts/accounts.ts'
import { configSchema } from '../../src/config/schema.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { policies } from '../support/identity-world.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const rules = 'https://example.org/rules'
const config = configSchema.parse({
  matrix: { domain: 'example.org' },
  terms: policies({ rules: { version: '1', en: { name: 'Rules', url: rules } } }),
})
const anna = '@anna:example.org'

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `accounts on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    beforeEach(async () => {
      database = await create()
      storage = await database.open(runtime)
    })
    afterEach(() => database.dispose())

    /** The accounts of one process: several share the database, but not the memory. */
    const open = () =>
      createAccounts({
        storage,
        runtime,
        config: () => config,
        userInfo: async () => anna,
        limiter: { take: () => {} },
      })
    const requestWith = (token: string) =>
      ({ headers: { authorization: `Bearer ${token}` }, query: {} }) as unknown as FastifyRequest

    test('let in at one process who accepted the terms at another, even if refused a moment before', async () => {
      const [one, two] = [open(), open()]
      const request = requestWith(await one.register('example.org', 'token'))
      await expect(two.authenticate(request)).rejects.toMatchObject({ errcode: 'M_TERMS_NOT_SIGNED' })
      await one.accept(anna, [rules])
      expect(await two.authenticate(request)).toBe(anna)
    })

    test('answer from memory who has been let in', async () => {
      const accounts = open()
      const request = requestWith(await accounts.register('example.org', 'token'))
      await accounts.accept(anna, [rules])
      await accounts.authenticate(request)
      expect(accounts.authenticate(request)).toBe(anna)
    })

    test('do not remember a token that is read while it is ended', async () => {
      const accounts = open()
      const token = await accounts.register('example.org', 'token')
      const reading = Promise.resolve(accounts.authenticate(requestWith(token), true))
      await Promise.allSettled([reading, accounts.logout(token)])
      await expect((async () => accounts.authenticate(requestWith(token), true))()).rejects.toMatchObject({
        errcode: 'M_UNAUTHORIZED',
      })
    })
  })
}

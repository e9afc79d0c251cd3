import { afterEach, expect, test } from 'vitest'
import { createAdapters } from '../../src/oidc/adapter.ts'
import { purgeOidc } from '../../src/oidc/purge.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `what the provider keeps in ${kind}`, () => {
    const made: TestDatabase[] = []
    afterEach(async () => void (await Promise.all(made.splice(0).map((database) => database.dispose()))))

    async function start() {
      const database = await create()
      made.push(database)
      const runtime = createTestRuntime()
      const storage = await database.open(runtime)
      const usedBefore = () => new Error('used before')
      return { storage, runtime, adapters: createAdapters({ storage, clock: runtime.clock, usedBefore }) }
    }

    test('is found by its name alone, which is not stored', async () => {
      const { storage, adapters } = await start()
      const codes = adapters('AuthorizationCode')
      await codes.upsert('the secret name', { jti: 'the secret name', accountId: '@anna:x' }, 60)
      await codes.upsert('the secret name', { jti: 'the secret name', accountId: '@bob:x' }, 60)
      expect(await codes.find('the secret name')).toEqual({ jti: 'the secret name', accountId: '@bob:x' })
      expect(await codes.find('another name')).toBeUndefined()
      expect(await adapters('AccessToken').find('the secret name')).toBeUndefined()
      const rows = await storage.db.selectFrom('oidc_states').selectAll().execute()
      expect(rows).toHaveLength(1)
      expect(JSON.stringify(rows)).not.toContain('secret name')
      await codes.destroy('the secret name')
      expect(await codes.find('the secret name')).toBeUndefined()
    })

    test('counts once, whoever comes at the same time', async () => {
      const { adapters } = await start()
      const codes = adapters('AuthorizationCode')
      await codes.upsert('code', { accountId: '@anna:x' }, 60)
      const ends = await Promise.allSettled(Array.from({ length: 5 }, () => codes.consume('code')))
      expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await codes.find('code')).toMatchObject({ consumed: expect.any(Number) as number })
    })

    test('is revoked with its grant, and no more than that', async () => {
      const { adapters } = await start()
      const [tokens, interactions] = [adapters('AccessToken'), adapters('Interaction')]
      await tokens.upsert('a', { grantId: 'one' }, 60)
      await tokens.upsert('b', { grantId: 'other' }, 60)
      await interactions.upsert('c', { grantId: 'one' }, 60)
      await tokens.revokeByGrantId('one')
      expect(await tokens.find('a')).toBeUndefined()
      expect(await tokens.find('b')).toBeDefined()
      expect(await interactions.find('c')).toBeDefined()
    })

    test('is a session that can be found by its uid', async () => {
      const { adapters } = await start()
      await adapters('Session').upsert('cookie', { uid: 'uid', accountId: '@anna:x' }, 60)
      expect(await adapters('Session').findByUid('uid')).toEqual({ uid: 'uid', accountId: '@anna:x' })
      expect(await adapters('Session').findByUid('cookie')).toBeUndefined()
    })

    test('goes when it has expired', async () => {
      const { storage, runtime, adapters } = await start()
      const sessions = adapters('Session')
      for (let n = 0; n < 600; n++) await sessions.upsert(`old ${n}`, { uid: `${n}` }, -1)
      await sessions.upsert('new', { uid: 'new' }, 60)
      expect(await purgeOidc(storage, runtime)).toBe(600)
      expect(await sessions.find('new')).toBeDefined()
    })
  })
}

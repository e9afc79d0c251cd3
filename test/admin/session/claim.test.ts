import { afterAll, beforeAll, expect, it } from 'vitest'
import { adminName, adminPassword, createAdminClient, tokenOf } from '../../support/admin-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the claim on ${kind}`, () => {
    let database: TestDatabase
    let appliance: TestAppliance
    beforeAll(async () => {
      database = await create()
      appliance = await startTestAppliance({ openStorage: (_options, runtime) => database.open(runtime) })
    })
    afterAll(async () => {
      await appliance.stop()
      await database.dispose()
    })

    const claim = (token: string, changes: Record<string, string> = {}) =>
      createAdminClient(appliance.adminAddress).post('/api/session/claim', {
        ...{ token, name: adminName, password: adminPassword },
        ...changes,
      })

    it('a new server says that nobody has claimed it', async () => {
      const answer = await createAdminClient(appliance.adminAddress).get('/api/session')
      expect(answer.body).toMatchObject({ state: 'unclaimed', name: null, configured: false })
      const other = await createAdminClient(appliance.adminAddress).get('/api/sessions')
      expect(other).toMatchObject({ status: 401, body: { error: { code: 'not-claimed' } } })
    })

    it('an unknown token claims nothing', async () => {
      expect(await claim('x'.repeat(43))).toMatchObject({
        status: 410,
        body: { error: { code: 'link-used' } },
      })
    })

    it('a password that is easy to guess is refused, and the link can be used again', async () => {
      const token = tokenOf(await appliance.admin.oneTimeLink())
      const answer = await claim(token, { password: 'Password123' })
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'weak-password' } } })
      expect(await appliance.admin.isClaimed()).toBe(false)
    })

    it('of many claims at once, with one link and with several, exactly one succeeds', async () => {
      const links = await Promise.all([1, 2, 3].map(() => appliance.admin.oneTimeLink()))
      const tokens = links.flatMap((link) => [tokenOf(link), tokenOf(link)])
      const answers = await Promise.all(
        tokens.map((token, index) => claim(token, { name: `Admin ${index}` })),
      )
      const statuses = answers.map(({ status }) => status).sort()
      expect(statuses.filter((status) => status === 200)).toHaveLength(1)
      expect(statuses.filter((status) => status !== 200).every((status) => [409, 410].includes(status))).toBe(
        true,
      )
      const admins = await appliance.storage.db.selectFrom('admins').selectAll().execute()
      expect(admins).toHaveLength(1)
    })

    it('a link that was used answers that it was', async () => {
      const { token_hash: used } = await appliance.storage.db
        .selectFrom('admin_links')
        .selectAll()
        .where('used_at', 'is not', null)
        .executeTakeFirstOrThrow()
      expect(used).toMatch(/^[0-9a-f]{64}$/)
      const link = await appliance.admin.oneTimeLink()
      expect(new URL(link).pathname).toBe('/sign-in')
      const first = createAdminClient(appliance.adminAddress)
      expect((await first.post('/api/session/link', { token: tokenOf(link) })).status).toBe(200)
      const again = await first.post('/api/session/link', { token: tokenOf(link) })
      expect(again).toMatchObject({ status: 410, body: { error: { code: 'link-used' } } })
    })

    it('neither token nor password stands in the log', () => {
      expect(appliance.logText()).toContain('this Signpost was claimed')
      expect(appliance.logText()).not.toContain(adminPassword)
      expect(appliance.logText()).not.toMatch(/claim#|sign-in#/)
    })
  })
}

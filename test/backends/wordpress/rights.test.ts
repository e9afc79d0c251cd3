import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { mariadbUnavailable, startMariadb, type MariadbServer } from '../../support/mariadb.ts'
import { describeWith } from '../../support/skip.ts'
import { asking, startBackend } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { userId } from '../support/school.ts'
import { stepsOf } from '../support/steps.ts'
import { makeWordpress } from './support/wordpress-database.ts'

const columns = ['ID', 'user_login', 'user_nicename', 'user_email', 'display_name']
const marks = ['user_status', 'spam', 'deleted']

describeWith(
  'MariaDB',
  mariadbUnavailable(),
  'A login that may read some columns of a WordPress site',
  () => {
    let server: MariadbServer
    beforeAll(async () => {
      server = await startMariadb()
    })
    afterAll(() => server?.stop())

    /** A site with one user, asked by a login that may read these columns of `wp_users`. */
    async function start(readable: readonly string[], network: boolean): Promise<Backend> {
      const database = await makeWordpress(server, { network })
      onTestFinished(() => database.close())
      await database.addUser({ login: 'anna', name: 'Anna', email: 'anna@a.example' })
      const user = `few_${randomBytes(6).toString('hex')}`
      const schema = database.connection.database
      await server.execute([
        `create user ${user} identified by 'pw'`,
        `grant select (${readable.join(', ')}) on ${schema}.wp_users to ${user}`,
        `grant select on ${schema}.wp_usermeta to ${user}`,
      ])
      const connection = { ...database.connection, user, password: 'pw' }
      const backend = await startBackend({ id: 'blog', type: 'wordpress', login: 'none', connection })
      onTestFinished(() => backend.close())
      return backend
    }

    const find = (backend: Backend) =>
      backend.findMappings?.([{ medium: 'email', address: 'anna@a.example' }], asking())

    test('finds people, with the marks of a network of sites, and with the one that a single site has', async () => {
      for (const [readable, network] of [
        [marks, true],
        [['user_status'], false],
      ] as const) {
        const backend = await start([...columns, ...readable], network)
        expect(await find(backend)).toMatchObject([{ mxid: userId('anna') }])
        expect((await stepsOf(backend)).at(-1)).toMatchObject({ step: 'sample', outcome: 'ok' })
      }
    })

    test.each(marks)('finds nobody while it cannot see who is marked in %s', async (hidden) => {
      const others = marks.filter((mark) => mark !== hidden)
      const backend = await start([...columns, ...others], true)
      const questions = [
        () => find(backend),
        () => readListing(backend),
        () => backend.search?.({ by: 'name', term: 'anna', limit: 5 }, asking()),
        () => backend.profile?.(userId('anna'), asking()),
      ]
      for (const ask of questions) await expect(ask()).rejects.toMatchObject({ code: 'forbidden' })
      expect((await stepsOf(backend)).at(-1)).toMatchObject({
        step: 'tables',
        outcome: 'failed',
        detail: `The login may not read ${hidden} of wp_users, which marks accounts that nobody is to find.`,
        fix: expect.stringContaining(`GRANT SELECT (${hidden}) ON wp_users`) as unknown,
      })
    })
  },
)

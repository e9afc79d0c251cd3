import { afterAll, beforeAll } from 'vitest'
import { mariadbUnavailable, startMariadb, type MariadbServer } from '../../support/mariadb.ts'
import { describeWith } from '../../support/skip.ts'
import { startBackend } from '../support/context.ts'
import { backendContract } from '../support/contract.ts'
import { schoolCountry } from '../support/school.ts'
import { startJwtSite, type JwtSite } from './support/jwt-site.ts'
import {
  addSchool,
  makeWordpress,
  wordpressSchool,
  type WordpressDatabase,
  type WordpressInput,
} from './support/wordpress-database.ts'

describeWith('MariaDB', mariadbUnavailable(), 'A WordPress site', () => {
  let server: MariadbServer
  let database: WordpressDatabase
  let site: JwtSite

  beforeAll(async () => {
    server = await startMariadb()
    database = await makeWordpress(server)
    await addSchool(database)
    site = await startJwtSite()
  })
  afterAll(async () => {
    await site?.close()
    await database?.close()
    await server?.stop()
  })

  const start = (changes: Partial<WordpressInput>) => () =>
    startBackend({
      id: 'blog',
      type: 'wordpress',
      url: site.url,
      connection: database.connection,
      phoneMeta: ['phone0', 'phone1'],
      defaultCountry: schoolCountry,
      ...changes,
    })
  const options = { people: wordpressSchool, roles: true }
  const asked = ['find', 'list', 'search', 'profile'] as const

  backendContract('with logins through its plugin', start({}), {
    ...options,
    can: [...asked, 'authenticate'],
  })
  backendContract('with logins through its database', start({ login: 'database' }), {
    ...options,
    can: [...asked, 'authenticate'],
  })
  backendContract('without logins', start({ login: 'none' }), { ...options, can: asked })
})

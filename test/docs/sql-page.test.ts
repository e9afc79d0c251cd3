import { randomBytes } from 'node:crypto'
import { bcrypt } from 'hash-wasm'
import { expect, it, onTestFinished } from 'vitest'
import type { Backend } from '../../src/backends/backend.ts'
import { peopleDatabases, type PeopleDatabase } from '../backends/sql/support/people-databases.ts'
import { asking } from '../backends/support/context.ts'
import { stepsOf } from '../backends/support/steps.ts'
import { describeWith } from '../support/skip.ts'
import {
  documentedPassword,
  documentedSql,
  exampleOf,
  newRole,
  started,
  troublesOf,
} from './support/page-examples.ts'

/** The tables of the SQL page. */
async function addPeople({ execute }: PeopleDatabase): Promise<void> {
  const hash = await bcrypt({ password: 'pw', salt: randomBytes(16), costFactor: 4, outputType: 'encoded' })
  await execute(
    `create table people (id integer primary key, login varchar(50), name varchar(100), email varchar(100),
      private_email varchar(100), mobile varchar(50), password varchar(200), left_on date)`,
    'create table addresses (person integer, medium varchar(10), address varchar(100))',
    'create table courses (id integer primary key, name varchar(50))',
    'create table attendance (person integer, course integer)',
    'create table salaries (person integer, euros integer)',
    `insert into people values
      (1, 'anna', 'Anna Meier', 'Anna@school.example', null, '0170 1234567', '${hash}', null),
      (2, 'bob', 'Bob Meier', 'bob@school.example', 'bob@home.example', null, '${hash}', '2024-07-31')`,
    `insert into addresses values (1, 'email', 'Anna@school.example'), (1, 'msisdn', '491701234567'),
      (2, 'email', 'bob@school.example')`,
    "insert into courses values (7, 'Chemistry')",
    'insert into attendance values (1, 7)',
  )
}

/** What both examples of the SQL page have to find. */
async function expectAnna(backend: Backend): Promise<void> {
  const find = async (medium: 'email' | 'msisdn', address: string) =>
    (await backend.findMappings?.([{ medium, address }], asking()))?.map(({ mxid }) => mxid)
  expect(await find('email', 'anna@school.example')).toEqual(['@anna:example.org'])
  expect(await find('msisdn', '491701234567')).toEqual(['@anna:example.org'])
  expect(await find('email', 'bob@school.example')).toEqual([])
  expect(await backend.profile?.('@bob:example.org', asking())).toBeNull()
  const profile = await backend.profile?.('@anna:example.org', asking())
  expect(profile).toMatchObject({ displayName: 'Anna Meier', roles: ['Chemistry'] })
  expect(profile?.threepids).toHaveLength(2)
  const search = await backend.search?.({ by: 'name', term: 'Meier', limit: 5 }, asking())
  expect(search?.results.map(({ mxid }) => mxid)).toEqual(['@anna:example.org'])
  const logIn = (localpart: string) =>
    backend.authenticate?.(
      { userId: `@${localpart}:example.org`, localpart, domain: 'example.org', password: 'pw' },
      asking(),
    )
  expect(await logIn('anna')).toMatchObject({ success: true })
  expect(await logIn('bob')).toEqual({ success: false, reason: 'not-allowed' })
}

for (const { kind, unavailable, start } of peopleDatabases) {
  describeWith(kind, unavailable, 'the examples of the SQL page', () => {
    async function prepared(): Promise<PeopleDatabase> {
      const database = await start()
      onTestFinished(() => database.stop())
      await addPeople(database)
      return database
    }
    const withTable = () => exampleOf('sql', ({ table }) => table?.disabled !== undefined)
    const withQueries = () => exampleOf('sql', ({ queries }) => queries?.list !== undefined)

    it('find people, with a table and with queries', async () => {
      const { connection } = await prepared()
      for (const example of [await withTable(), await withQueries()]) {
        const backend = await started({ ...example, connection })
        expect(await troublesOf(backend)).toEqual([])
        await expectAnna(backend)
      }
    })

    if (kind === 'sqlite') return
    it('need no more rights than the page grants', async () => {
      const { connection, execute } = await prepared()
      if (connection.type === 'sqlite') throw new Error('a file has no accounts')
      const isPostgres = kind === 'postgres'
      const user = isPostgres ? newRole() : 'signpost'
      const places = { signpost: user, '192.0.2.10': '127.0.0.1', 'school.': 'people.' }
      const beginning = isPostgres ? 'create role' : 'create user'
      await execute(...(await documentedSql('sql-backend.md', beginning, places)))
      const account = { ...connection, user, password: documentedPassword }
      const example = await (isPostgres ? withTable() : withQueries())
      await expectAnna(await started({ ...example, connection: account }))

      const salaries = { list: 'select person as user, euros as name, null as email from salaries' }
      const curious = await started({ id: 'curious', type: 'sql', connection: account, queries: salaries })
      expect((await stepsOf(curious)).at(-1)).toMatchObject({
        ...{ step: 'sample', outcome: 'failed' },
        detail: expect.stringContaining('may not read') as unknown,
      })
    })
  })
}

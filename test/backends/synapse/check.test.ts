import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import type { CheckStep } from '../../../src/backends/check.ts'
import { BackendFailure } from '../../../src/backends/failure.ts'
import { describeWith } from '../../support/skip.ts'
import { asking, startBackend, testWorld } from '../support/context.ts'
import { school, schoolDomain } from '../support/school.ts'
import { addAccount, addSchool, engines, makeDatabase, type MadeDatabase } from './support/made-database.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

async function start(database: MadeDatabase, domain = schoolDomain): Promise<Backend> {
  const backend = await startBackend(
    { id: 'hs', type: 'synapse', connection: database.connection },
    { domain },
  )
  opened.push(backend, database)
  return backend
}

async function check(backend: Backend): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = []
  for await (const step of backend.check(asking())) steps.push(step)
  return steps
}

for (const engine of engines) {
  describeWith(engine.name, engine.unavailable, `The check of a Synapse on ${engine.name}`, () => {
    test('counts people with and without addresses and who is left out, and shows some', async () => {
      const database = await makeDatabase(engine)
      await addSchool(database, school)
      await addAccount(database, { localpart: 'bare' })
      await addAccount(database, { localpart: 'gone', columns: { deactivated: 1 } })
      const steps = await check(await start(database))
      expect(steps.map(({ outcome }) => outcome)).not.toContain('failed')
      expect(steps.find(({ step }) => step === 'count')?.detail).toBe(
        'People: 5, without an address: 1, left out: 1 (deactivated accounts, guests, bridges and the like).',
      )
      expect(steps.at(-1)).toMatchObject({ step: 'sample', outcome: 'ok' })
      expect(steps.at(-1)?.sample?.[0]).toEqual({
        key: '@anna:example.org',
        mxid: '@anna:example.org',
        displayName: 'Anna Meier',
        addresses: expect.arrayContaining(['email anna@school.example', 'msisdn 491701234567']) as unknown,
        problems: [],
      })
    })

    test.each([
      [93, 'ok'],
      [95, 'warning'],
      [40, 'warning'],
    ] as const)('judges database schema %d: %s', async (version, outcome) => {
      const database = await makeDatabase(engine)
      await database.run(`update schema_version set version = ${version}`)
      const steps = await check(await start(database))
      expect(steps.find(({ step }) => step === 'schema')).toMatchObject({ outcome })
    })

    test('warns when nobody has an address', async () => {
      const database = await makeDatabase(engine)
      await addAccount(database, { localpart: 'bare' })
      const steps = await check(await start(database))
      expect(steps.find(({ step }) => step === 'count')).toMatchObject({ outcome: 'warning' })
    })

    test('fails for the Synapse of another domain, and names that domain', async () => {
      const database = await makeDatabase(engine)
      await addAccount(database, { localpart: 'anna', domain: 'other.example' })
      const last = (await check(await start(database))).at(-1)
      expect(last).toMatchObject({ step: 'count', outcome: 'failed' })
      expect(last?.detail).toContain('other.example')
      expect(last?.fix).toContain('matrix.domain')
    })

    test('fails for a database that is no Synapse, as every question does', async () => {
      const database = await engine.empty()
      await database.run('create table users (name text, password text)')
      const backend = await start(database)
      expect((await check(backend)).at(-1)).toMatchObject({ step: 'schema', outcome: 'failed' })
      const question = backend.findMappings?.([{ medium: 'email', address: 'a@b.example' }], asking())
      await expect(question).rejects.toMatchObject({ code: 'configuration' })
    })

    test('needs no rooms to find people', async () => {
      const database = await makeDatabase(engine)
      await addSchool(database, school)
      for (const table of ['room_stats_state', 'current_state_events'])
        await database.run(`drop table ${table}`)
      const backend = await start(database)
      const schema = (await check(backend)).find(({ step }) => step === 'schema')
      expect(schema).toMatchObject({ outcome: 'warning' })
      expect(schema?.detail).toContain('Mails cannot name rooms: room_stats_state cannot be read.')
      expect(await backend.roomName?.('!room:example.org', asking())).toBeNull()
      expect(
        await backend.findMappings?.([{ medium: 'email', address: 'anna@school.example' }], asking()),
      ).toHaveLength(1)
    })
  })
}

const postgres = engines.find(({ name }) => name === 'PostgreSQL')
if (postgres === undefined) throw new Error('PostgreSQL is one of the engines')

describeWith('PostgreSQL', postgres.unavailable, 'A login with few rights', () => {
  /** A role that may read what `grants` say. */
  async function restricted(grants: readonly string[]): Promise<Backend> {
    const database = await makeDatabase(postgres as NonNullable<typeof postgres>)
    await addSchool(database, school)
    if (database.connection.type !== 'postgres') throw new Error('this is PostgreSQL')
    const role = `reader_${database.connection.database}`
    await database.run(`create role ${pg.escapeIdentifier(role)} login`)
    for (const grant of grants) await database.run(`grant ${grant} to ${pg.escapeIdentifier(role)}`)
    return start({ ...database, connection: { ...database.connection, user: role } })
  }

  const needed = [
    'select (name, is_guest, appservice_id, deactivated, user_type, approved, locked, suspended, admin) on users',
    'select on profiles, user_threepids, erased_users, schema_version',
  ]

  const rooms = 'room_stats_state, current_state_events, event_json'
  const schemaStep = async (backend: Backend) => (await check(backend)).find(({ step }) => step === 'schema')

  test('can do without the password hashes', async () => {
    const backend = await restricted(needed)
    const profile = await backend.profile?.('@anna:example.org', asking())
    expect(profile?.displayName).toBe('Anna Meier')
    expect((await check(backend)).at(-1)).toMatchObject({ step: 'sample', outcome: 'ok' })
  })

  test('is told what is enough to name rooms, which opens no messages', async () => {
    const closed = await schemaStep(await restricted(needed))
    expect(closed).toMatchObject({
      outcome: 'warning',
      detail: expect.stringContaining('Mails cannot name rooms') as unknown,
      fix: 'As owner of the database run: GRANT SELECT ON room_stats_state TO the user of this backend',
    })
    const statistics = await schemaStep(await restricted([...needed, 'select on room_stats_state']))
    expect(statistics).toMatchObject({ outcome: 'ok', fix: null })
    expect(statistics?.detail).toContain('statistics (room_stats_state) alone')
    const state = await schemaStep(
      await restricted([...needed, 'select on current_state_events, event_json']),
    )
    expect(state).toMatchObject({ outcome: 'ok', fix: null })
    const everything = await schemaStep(await restricted([...needed, `select on ${rooms}`]))
    expect(everything?.detail).not.toContain('rooms')
  })

  test('is told which tables it lacks, and of the users which columns', async () => {
    const [columns = '', tables = ''] = needed
    const lacking = async (...grants: string[]) => {
      const question = (await restricted(grants)).profile?.('@anna:example.org', asking())
      await expect(question).rejects.toBeInstanceOf(BackendFailure)
      return question?.catch(({ code, fix }: BackendFailure) => ({ code, fix }))
    }
    const ofUsers =
      'GRANT SELECT (name, is_guest, appservice_id, deactivated, admin, user_type, approved, locked, suspended) ON users'
    const others = 'GRANT SELECT ON schema_version, profiles, user_threepids, erased_users'
    const toUs = 'TO the user of this backend'
    const start = 'As owner of the database run:'
    expect(await lacking(columns)).toEqual({ code: 'forbidden', fix: `${start} ${others} ${toUs}` })
    expect(await lacking(tables)).toEqual({ code: 'forbidden', fix: `${start} ${ofUsers} ${toUs}` })
    expect(await lacking('select on event_json')).toEqual({
      code: 'forbidden',
      fix: `${start} ${ofUsers} ${toUs}; ${others} ${toUs}`,
    })
  })

  test('must see who is locked, or nobody is found', async () => {
    const [columns = '', tables = ''] = needed
    const backend = await restricted([columns.replace('locked, ', ''), tables])
    const question = backend.findMappings?.([{ medium: 'email', address: 'anna@school.example' }], asking())
    await expect(question).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('A column that holds something else than in Synapse', () => {
  test('is named', async () => {
    const [sqlite] = engines
    if (sqlite === undefined) throw new Error('SQLite is one of the engines')
    const database = await makeDatabase(sqlite)
    await addSchool(database, school)
    await database.run("update profiles set displayname = x'00ff'")
    const question = (await start(database)).profile?.('@anna:example.org', asking())
    await expect(question).rejects.toMatchObject({
      code: 'protocol',
      message: 'The column name holds something else than in Synapse.',
    })
  })
})

describe('An upgrade of Synapse while Signpost runs', () => {
  test('is noticed by itself', async () => {
    const [sqlite] = engines
    if (sqlite === undefined) throw new Error('SQLite is one of the engines')
    const database = await makeDatabase(sqlite, 'older')
    await addSchool(database, school)
    let now = Date.UTC(2026, 0, 1)
    const { runtime } = testWorld()
    const backend = await startBackend(
      { id: 'hs', type: 'synapse', connection: database.connection },
      { runtime: { ...runtime, clock: { now: () => now } } },
    )
    opened.push(backend, database)
    const find = async () =>
      backend.findMappings?.([{ medium: 'email', address: 'anna@school.example' }], asking())
    expect(await find()).toHaveLength(1)

    await database.run('alter table users add column locked boolean not null default false')
    await database.run("update users set locked = true where name = '@anna:example.org'")
    now += 6 * 60_000
    expect(await find()).toEqual([])
  })
})

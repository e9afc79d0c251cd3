import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import type { CheckStep } from '../../../src/backends/check.ts'
import { asking, startBackend, type BackendInput } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { userId } from '../support/school.ts'
import { peopleDatabases, type PeopleDatabase } from './support/people-databases.ts'

type Input = Extract<BackendInput, { type: 'sql' }>

describe('queries of the operator', () => {
  let people: PeopleDatabase
  let backend: Backend | null = null
  beforeAll(async () => {
    const sqlite = peopleDatabases.find(({ kind }) => kind === 'sqlite')
    if (sqlite === undefined) throw new Error('there is no SQLite')
    people = await sqlite.start()
    await people.execute('create table rows (id, login, name, medium, address)')
  })
  afterEach(async () => {
    await backend?.close()
    backend = null
    await people.execute('delete from rows')
  })
  afterAll(() => people?.stop())

  async function open(queries: Input['queries'], changes: Partial<Input> = {}): Promise<Backend> {
    backend = await startBackend({
      ...{ id: 'own', type: 'sql', connection: people.connection, queries },
      ...{ type: 'sql' },
      ...changes,
    })
    return backend
  }

  async function check(asked: Backend): Promise<readonly CheckStep[]> {
    const steps: CheckStep[] = []
    for await (const step of asked.check(asking())) steps.push(step)
    return steps
  }

  it('offer only what they can answer', async () => {
    const offered = async (queries: Input['queries'], changes: Partial<Input> = {}) => {
      const { check: _check, close, ...rest } = await open(queries, changes)
      await close()
      return Object.keys(rest).toSorted()
    }
    expect(await offered({ lookup: 'select 1 as user' })).toEqual(['findMappings'])
    expect(await offered({ list: 'select 1 as user' })).toEqual(['listPeople'])
    expect(await offered({ search: { name: 'select 1 as user' } })).toEqual(['search'])
    expect(await offered({ profile: 'select 1 as name' })).toEqual(['profile'])
    expect(await offered({ password: 'select 1 as hash' })).toEqual(['authenticate'])
    const all = { lookup: 'select 1 as user', list: 'select 1 as user', profile: 'select 1 as name' }
    expect(await offered(all, { uses: { lookup: false, profile: false } })).toEqual([])
  })

  it('list a person in several rows, by the columns email and phone or by the medium', async () => {
    await people.insert('rows', [
      [1, 'anna', 'Anna', 'email', 'anna@example.org'],
      [1, 'anna', null, 'msisdn', '491701234567'],
      [1, 'anna', null, 'email', 'anna@example.org'],
      [2, 'bob', 'Bob', 'phone', '0170 7654321'],
      [3, 'carol', 'Carol', null, null],
      [4, 'dave', 'Dave', 'carrier pigeon', 'loft 7'],
    ])
    const asked = await open(
      { list: 'select id, login as user, name, medium, address from rows order by id' },
      { defaultCountry: 'DE' },
    )
    const { listed, end } = await readListing(asked)
    expect(
      listed.map(({ person }) => [
        person?.mxid,
        person?.displayName,
        person?.addresses.map(({ address }) => address),
      ]),
    ).toEqual([
      [userId('anna'), 'Anna', ['anna@example.org', '491701234567']],
      [userId('bob'), 'Bob', ['491707654321']],
      [userId('carol'), 'Carol', []],
      [userId('dave'), 'Dave', []],
    ])
    expect(end).toEqual({ type: 'end', incremental: false, cursor: null })
    const columns = await startBackend({
      ...{ id: 'own', type: 'sql', connection: people.connection },
      ...{
        type: 'sql',
        queries: { list: `select 'eve' as USER, 'Eve@Example.org' as Email, '+49 30 901820' as Phone` },
      },
    })
    expect((await readListing(columns)).listed[0]?.person?.addresses).toEqual([
      { medium: 'email', address: 'eve@example.org' },
      { medium: 'msisdn', address: '4930901820' },
    ])
    await columns.close()
  })

  it('that scatter the rows of a person fail, and say what to add', async () => {
    await people.insert('rows', [
      [1, 'anna', 'Anna', 'email', 'anna@example.org'],
      [2, 'bob', 'Bob', 'email', 'bob@example.org'],
      [1, 'anna', 'Anna', 'email', 'anna.meier@example.org'],
    ])
    const list = 'select id, login as user, medium, address from rows'
    const asked = await open({ list })
    await expect(readListing(asked)).rejects.toMatchObject({
      code: 'query',
      fix: expect.stringContaining('ORDER BY'),
    })
    await asked.close()
    const ordered = await open({ list: `${list} order by id` })
    expect((await readListing(ordered)).listed).toHaveLength(2)
  })

  it('that give everybody the same id fail', async () => {
    await people.insert('rows', [
      [1, 'anna', 'Anna', 'email', 'anna@example.org'],
      [1, 'bob', 'Bob', 'email', 'bob@example.org'],
    ])
    const asked = await open({ list: 'select id, login as user, medium, address from rows' })
    await expect(readListing(asked)).rejects.toMatchObject({
      code: 'query',
      fix: expect.stringContaining('id'),
    })
  })

  it('list 20,000 people with two addresses each', async () => {
    await people.execute(
      `insert into rows with recursive n(i) as (select 1 union all select i + 1 from n limit 20000)
        select i, 'user' || i, 'User ' || i, 'email', 'user' || i || '@' || d from n, (select 'a.example' as d union select 'b.example')`,
    )
    const asked = await open({
      list: 'select id, login as user, name, medium, address from rows order by id',
    })
    const { listed } = await readListing(asked)
    expect(listed).toHaveLength(20_000)
    expect(listed.every(({ person }) => person?.addresses.length === 2)).toBe(true)
  })

  it('of a lookup are checked against the address they give, when they give one', async () => {
    const address = { medium: 'email', address: 'zoe@example.org' } as const
    const loose = await open({ lookup: `select 'zoe' as user, 'ZOE@example.org' as address` })
    expect(await loose.findMappings?.([address], asking())).toEqual([{ ...address, mxid: userId('zoe') }])
    await loose.close()
    const other = await open({ lookup: `select 'zoe' as user, 'zoë@example.org' as address` })
    expect(await other.findMappings?.([address], asking())).toEqual([])
  })

  it('get phone numbers with and without a plus', async () => {
    const asked = await open({
      lookup: `select 'anna' as user where :address = '491701234567' and :phone = '+491701234567'`,
    })
    const number = { medium: 'msisdn', address: '491701234567' } as const
    expect(await asked.findMappings?.([number], asking())).toEqual([{ ...number, mxid: userId('anna') }])
  })

  it('get the user in all three ways', async () => {
    const profile = `select :user || ' ' || :localpart || ' ' || :mxid as name`
    const localparts = await open({ profile }, { unsuitable: 'encode' })
    expect(await localparts.profile?.('@m=c3=bcller:example.org', asking())).toMatchObject({
      displayName: 'müller m=c3=bcller @m=c3=bcller:example.org',
    })
    await localparts.close()
    const mxids = await open({ profile }, { userType: 'mxid' })
    expect(await mxids.profile?.('@anna:example.org', asking())).toMatchObject({
      displayName: '@anna:example.org anna @anna:example.org',
    })
  })

  it('may give plain passwords, where that is switched on', async () => {
    const password = `select 'geheim' as hash where :user = 'anna'`
    const login = { userId: userId('anna'), localpart: 'anna', domain: 'example.org', password: 'geheim' }
    const strict = await open({ password })
    await expect(strict.authenticate?.(login, asking())).rejects.toMatchObject({
      code: 'protocol',
      message: expect.not.stringContaining('geheim'),
    })
    await strict.close()
    const plain = await open({ password }, { plainPasswords: true })
    expect(await plain.authenticate?.(login, asking())).toMatchObject({ success: true })
    expect(await plain.authenticate?.({ ...login, password: 'Geheim' }, asking())).toEqual({
      success: false,
      reason: 'wrong-password',
    })
  })

  it.each([
    ['lookup', { lookup: 'select 1 as person' }, 'user'],
    ['list', { list: 'select 1 as person' }, 'user'],
  ] as const)('without the column they must have say so: %s', async (name, queries, column) => {
    const asked = await open(queries)
    const address = [{ medium: 'email' as const, address: 'a@example.org' }]
    const question = name === 'list' ? readListing(asked) : asked.findMappings?.(address, asking())
    await expect(question).rejects.toMatchObject({
      code: 'query',
      message: expect.stringContaining(`"${column}"`),
    })
  })

  it('are tried one by one in the check, which names the one that fails', async () => {
    const asked = await open({
      lookup: 'select login as user from rows where 1 = 0',
      profile: 'select nothing from rows',
    })
    expect((await check(asked)).at(-1)).toMatchObject({
      step: 'queries',
      outcome: 'failed',
      detail: expect.stringContaining('queries.profile'),
    })
  })

  it('without a listing get a warning in the check', async () => {
    const asked = await open({ lookup: 'select login as user from rows where 1 = 0' })
    expect((await check(asked)).at(-1)).toMatchObject({
      step: 'count',
      outcome: 'warning',
      fix: expect.stringContaining('queries.list'),
    })
  })
})

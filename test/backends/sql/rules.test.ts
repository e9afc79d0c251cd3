import { describe, expect, it } from 'vitest'
import { formatPath } from '../../../src/config/problems.ts'
import { backendSections, canList, checkSection } from '../../../src/backends/sections.ts'
import type { BackendInput } from '../support/context.ts'

type Input = Extract<BackendInput, { type: 'sql' }>
const connection = { type: 'sqlite', path: 'people.db' } as const
const table = { name: 'people', user: 'login', emails: ['email'] }

const parse = (input: Omit<Input, 'id' | 'type'>) =>
  backendSections.parse({ id: 'own', type: 'sql', ...input })
const findings = (input: Omit<Input, 'id' | 'type'>) =>
  [...checkSection(parse(input))].map(({ keys }) => formatPath(keys))

describe('the section of an SQL backend', () => {
  it('is complete with a table or with queries', () => {
    expect(findings({ connection, table })).toEqual([])
    expect(findings({ connection, queries: { lookup: 'select user from t where a = :address' } })).toEqual([])
    expect(findings({ connection })).toEqual(['table'])
    expect(findings({ connection, table: { name: 'people', user: 'login' } })).toEqual(['table.emails'])
  })

  it('needs a database and a user, or a url, and not both', () => {
    expect(findings({ connection: { type: 'postgres' }, table })).toEqual([
      'connection.database',
      'connection.user',
    ])
    expect(findings({ connection: { type: 'mariadb', url: 'mysql://u:p@h/d' }, table })).toEqual([])
    expect(findings({ connection: { type: 'mariadb', url: 'mysql://u:p@h/d', user: 'u' }, table })).toEqual([
      'connection.user',
    ])
  })

  it('knows which parameters a query may use', () => {
    const queries = {
      lookup: 'select :user as user',
      list: 'select :address as user',
      search: { name: `select ':nope' as user where :term = 1` },
      profile: 'select ? as name',
    }
    expect(findings({ connection, queries })).toEqual(['queries.lookup', 'queries.list', 'queries.profile'])
  })

  it('has no use for roles of users that it has no profile of', () => {
    expect(findings({ connection, queries: { roles: 'select 1 as role' } })).toEqual(['queries.roles'])
    expect(findings({ connection, table, queries: { roles: 'select 1 as role' } })).toEqual([])
  })

  it('is mirrored when something lists the people', () => {
    expect(canList(parse({ connection, table }))).toBe(true)
    expect(canList(parse({ connection, queries: { list: 'select 1 as user' } }))).toBe(true)
    expect(canList(parse({ connection, queries: { lookup: 'select 1 as user' } }))).toBe(false)
  })
})

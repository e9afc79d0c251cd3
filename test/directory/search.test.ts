import { describe, expect, test } from 'vitest'
import type { FoundUser } from '../../src/backends/backend.ts'
import { BackendFailure } from '../../src/backends/failure.ts'
import { searchDirectories } from '../../src/directory/search.ts'
import { stubAsked, type StubAsked } from '../backends/support/stub-asked.ts'

const user = (localpart: string, displayName: string | null = null): FoundUser => ({
  mxid: `@${localpart}:x`,
  displayName,
  avatarUrl: null,
})

function searchable(id: string, results: readonly FoundUser[], limited = false): StubAsked {
  return stubAsked(id, {}, { search: async () => ({ limited, results }) })
}

const search = (backends: readonly StubAsked[], limit = 10) =>
  searchDirectories(backends, { by: 'name', term: 'a', limit }, null)

describe('a search over directories', () => {
  test('names each person once, in the order of the backends, with the first name that is known', async () => {
    const answer = await search([
      searchable('one', [user('bob'), user('anna', 'Anna')]),
      searchable('two', [user('anna', 'Another'), user('bob', 'Bob'), user('carol')]),
    ])
    expect(answer.results.map(({ mxid, displayName, source }) => [mxid, displayName, source])).toEqual([
      ['@bob:x', 'Bob', 'one'],
      ['@anna:x', 'Anna', 'one'],
      ['@carol:x', null, 'two'],
    ])
    expect(answer).toMatchObject({ limited: false, sources: [{ found: 2 }, { found: 3 }] })
  })

  test('says that there is more when a backend says so, and when all together have more', async () => {
    expect(await search([searchable('one', [user('a')], true)])).toMatchObject({ limited: true })
    const answer = await search([searchable('one', [user('a')]), searchable('two', [user('b')])], 1)
    expect(answer).toMatchObject({ limited: true, results: [{ mxid: '@a:x' }] })
  })

  test('loses nothing of the others when one fails, and says that the answer is not whole', async () => {
    const broken = stubAsked(
      'broken',
      {},
      {
        search: async () => {
          throw new BackendFailure('timeout', 'Slow.', 'Wait.')
        },
      },
    )
    const answer = await search([broken, searchable('two', [user('anna')])])
    expect(answer).toMatchObject({ limited: true, results: [{ mxid: '@anna:x' }] })
    expect(answer.sources.map(({ source, outcome }) => [source, outcome])).toEqual([
      ['broken', 'failed'],
      ['two', 'answered'],
    ])
  })

  test('asks only backends that are used for searching', async () => {
    const off = { ...searchable('off', [user('anna')]), isUsedFor: () => false }
    expect(await search([off])).toEqual({ limited: false, results: [], sources: [] })
  })
})

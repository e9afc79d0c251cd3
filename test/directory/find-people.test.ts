import { afterAll, beforeAll, expect, test } from 'vitest'
import { dropPeople, indexPeople } from '../../src/backends/sync/search-index.ts'
import type { Person } from '../../src/backends/person.ts'
import { firstPeople, peopleBestFirst } from '../../src/directory/find-people.ts'
import { readTerm } from '../../src/directory/term.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'

const person = (localpart: string, displayName: string | null, ...addresses: readonly string[]): Person => ({
  mxid: `@${localpart}:example.org`,
  displayName,
  addresses: addresses.map((address) => ({ medium: address.includes('@') ? 'email' : 'msisdn', address })),
})

const people: readonly Person[] = [
  person('anna', 'Anna Meier', 'anna.meier@school.example', '491701234567'),
  person('annabelle', 'Annabelle Äpfel'),
  person('hanna', 'Hanna Anders', 'h@annas.example'),
  person('zoe', 'Zoë Straßer-Łuczak'),
  person('bjork', 'BJØRK Ængström'),
  person('j.doe', null),
  person('percent', '100% _sure_', 'x%@school.example'),
  person('wang', '王小明'),
  person('kim', 'Ｋｉｍ ﬁne'),
]

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the index of people on ${kind}`, () => {
    let database: TestDatabase
    let storage: Storage
    beforeAll(async () => {
      database = await create()
      storage = await database.open()
      await index('school', people)
    })
    afterAll(() => database?.dispose())

    const index = (source: string, these: readonly Person[]) =>
      storage.transaction((tx) =>
        indexPeople(
          tx,
          source,
          these.map((each) => ({ key: each.mxid, person: each })),
        ),
      )
    const find = async (typed: string, { sources = ['school'], addresses = true, limit = 100 } = {}) => {
      const term = readTerm(typed)
      if (term === null) return []
      const pages = peopleBestFirst(storage.db, { term, sources, addresses, wanted: limit })
      return (await firstPeople(pages, limit)).people.map(({ mxid }) => mxid.slice(1, mxid.indexOf(':')))
    }

    test.each([
      ['anna', ['anna', 'annabelle']],
      ['ANNA MEI', ['anna']],
      ['meier, anna', ['anna']],
      ['an', ['anna', 'annabelle', 'hanna']],
      ['apfel', ['annabelle']],
      ['zoe strasser', ['zoe']],
      ['ZOË STRASSER', ['zoe']],
      ['luczak', ['zoe']],
      ['bjork aeng', ['bjork']],
      ['bjørk', ['bjork']],
      ['doe', ['j.doe']],
      ['@j.doe', ['j.doe']],
      ['j.d', ['j.doe']],
      ['@anna:example.org', ['anna', 'annabelle']],
      ['anders hanna', ['hanna']],
      ['王小', ['wang']],
      ['kim fine', ['kim']],
      ['meier meier', ['anna']],
      ['eier', []],
      ['anna xyz', []],
      ['%', []],
      ['_', []],
      ["' or 1=1 --", []],
      ['\u{1f600}', []],
      ['', []],
    ])('finds by %s, best first: %j', async (typed, expected) => {
      expect(await find(typed)).toEqual(expected)
    })

    test.each([
      ['anna.meier@school.example', ['anna']],
      ['Anna.Meier@Sch', ['anna']],
      ['+49 170 123 45 67', ['anna']],
      ['0049 (170) 123', ['anna']],
      ['0170 / 1234', ['anna']],
      ['x%@school', ['percent']],
      ['school.example', []],
    ])('finds by an address or its beginning: %s', async (typed, expected) => {
      expect(await find(typed)).toEqual(expected)
      if (expected.length > 0) expect(await find(typed, { addresses: false })).toEqual([])
    })

    test('has changed people by what they are now, and removed ones no more', async () => {
      const sources = ['changing']
      await index('changing', [person('anna', 'Anna Meier'), person('bob', 'Bob Meier')])
      await index('changing', [person('anna', 'Anna Schulze')])
      expect(await find('meier', { sources })).toEqual(['bob'])
      expect(await find('schulze', { sources })).toEqual(['anna'])
      await storage.transaction((tx) => dropPeople(tx, 'changing', ['@anna:example.org', '@unknown:x']))
      expect(await find('schulze', { sources })).toEqual([])
      expect(await find('meier', { sources })).toEqual(['bob'])
      expect(await find('meier')).toEqual(['anna'])
      const left = storage.db.selectFrom('search_words').select('word').where('word', '=', 'schulze')
      expect(await left.execute()).toEqual([])
    })

    test('keeps backends apart', async () => {
      await index('other', [person('anna', 'Anna Zweite')])
      expect(await find('zweite')).toEqual([])
      expect(await find('zweite', { sources: ['other'] })).toEqual(['anna'])
      expect(await find('meier', { sources: ['other'] })).toEqual([])
      expect(await find('meier', { sources: ['school', 'other'] })).toEqual(['anna'])
    })

    test('says that there are more than it has read', async () => {
      const term = readTerm('an')
      if (term === null) throw new Error('no term')
      const query = { term, sources: ['school'], addresses: false }
      const first = (wanted: number) => firstPeople(peopleBestFirst(storage.db, { ...query, wanted }), wanted)
      expect(await first(2)).toMatchObject({ isLimited: true, people: [{}, {}] })
      expect(await first(3)).toMatchObject({ isLimited: false, people: [{}, {}, {}] })
    })

    test('names somebody once who is found by several words', async () => {
      await index('twice', [person('mei', 'Mei Meier Meister', 'meier@school.example')])
      expect(await find('mei', { sources: ['twice'] })).toEqual(['mei'])
    })
  })
}

import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../../src/backends/person.ts'
import { searchWordsOf, sortNameOf, type SearchWord } from '../../src/backends/search-words.ts'
import { dropPeople, indexPeople } from '../../src/backends/sync/search-index.ts'
import { firstPeople, peopleBestFirst } from '../../src/directory/find-people.ts'
import { comparePlaces, rankOf } from '../../src/directory/rank.ts'
import { readTerm } from '../../src/directory/term.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { createSeeded, type Seeded } from '../hostile/support/seeded.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'

/** Many people with few names, so that words are common as in an organisation thirty times as large. */
const PEOPLE = 3_000
const TERMS = 120

const firsts = ['Anna', 'Ann', 'Annika', 'Zoë', 'Çağla', 'Ángel', 'Meier', 'Ø', 'Anna-Lena', 'An']
const lasts = ['Meier', 'Mei', 'Anders', 'Łuczak', 'Straßer', 'O’Neil', 'van der Berg', 'Zander', 'Ann']

interface Listed {
  readonly source: string
  readonly key: string
  readonly person: Person
}

/** Folding takes its time: once for each. */
const known = new WeakMap<Person, Known>()

interface Known {
  readonly words: readonly SearchWord[]
  readonly name: string
}

function knownOf(person: Person): Known {
  const former = known.get(person)
  if (former !== undefined) return former
  const now = { words: searchWordsOf(person), name: sortNameOf(person) }
  known.set(person, now)
  return now
}

function somebody(choose: Seeded, number: number): Listed {
  const [first, last] = [choose.pick(firsts), choose.pick(lasts)]
  const name = choose.chance(0.2) ? `${last}, ${first}` : `${first} ${last}`
  const long = choose.chance(0.02) ? ` ${'Wolfeschlegelstein'.repeat(choose.between(4, 12))} Anna` : ''
  const login = choose.pick([`user${number}`, `${first.toLowerCase()}.${number}`, `mei_${number % 50}`])
  return {
    source: choose.pick(['one', 'one', 'one', 'two', 'unsearched']),
    key: String(number),
    person: {
      mxid: `@${login}:example.org`,
      displayName: choose.chance(0.05) ? null : choose.chance(0.05) ? first : `${name}${long}`,
      addresses: [
        { medium: 'email', address: `${choose.pick(['an', 'anna', 'p'])}.${number}@school.example` },
        { medium: 'msisdn', address: `4917${String(number).padStart(8, '0')}` },
      ],
      ...(choose.chance(0.3) ? { others: [choose.pick(['chemistry', 'annex', 'meeting'])] } : {}),
    },
  }
}

function something(choose: Seeded): string {
  const names = [...firsts, ...lasts, 'chemistry', 'user', 'qq', 'anna.', '4917', '@mei_', 'school']
  const part = (word: string) => word.slice(0, choose.between(1, word.length))
  const words = Array.from({ length: choose.pick([1, 1, 2, 2, 3]) }, () => {
    const word = choose.pick(names)
    return choose.chance(0.5) ? word : part(word)
  })
  if (choose.chance(0.1))
    return choose.pick([`an.${choose.between(1, 99)}@`, `@mei_${choose.between(1, 60)}`])
  return words.join(' ')
}

/** What the index promises, by looking at everybody. */
function naive(all: readonly Listed[], typed: string, addresses: boolean): readonly string[] {
  const term = readTerm(typed)
  if (term === null) return []
  const found = all
    .filter(({ source }) => source !== 'unsearched')
    .map(({ person }) => {
      const { words, name } = knownOf(person)
      const has = words.filter(({ kind }) => addresses || kind !== 't')
      return { mxid: person.mxid, place: { ...rankOf(term, has), name } }
    })
    .filter(({ place }) => place.rank < 6)
    .toSorted((one, other) => comparePlaces(one.place, other.place))
  return [...new Set(found.map(({ mxid }) => mxid))]
}

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the order of those who are found on ${kind}`, () => {
    let database: TestDatabase
    let storage: Storage
    const choose = createSeeded(20_261_126)
    let all = Array.from({ length: PEOPLE }, (_, number) => somebody(choose, number))

    beforeAll(async () => {
      database = await create()
      storage = await database.open()
      await store(all)
    })
    afterAll(() => database?.dispose())

    const store = (people: readonly Listed[]) =>
      storage.transaction(async (tx) => {
        for (const source of ['one', 'two', 'unsearched']) {
          await indexPeople(
            tx,
            source,
            people.filter((each) => each.source === source),
          )
        }
      })

    async function findsTheSame(): Promise<void> {
      for (let asked = 0; asked < TERMS; asked++) {
        const typed = something(choose)
        const [addresses, wanted] = [choose.chance(0.7), choose.pick([1, 10, 51, PEOPLE])]
        const expected = naive(all, typed, addresses)
        const term = readTerm(typed)
        if (term === null) continue
        const query = { term, sources: ['one', 'two'], addresses, wanted }
        const { people, isLimited } = await firstPeople(peopleBestFirst(storage.db, query), wanted)
        expect({ typed, found: people.map(({ mxid }) => mxid) }).toEqual({
          typed,
          found: expected.slice(0, wanted),
        })
        expect(isLimited, typed).toBe(expected.length > wanted)
      }
    }

    test('is that of everybody, looked at one by one', findsTheSame)

    test('is still that after changes and removals', async () => {
      const changed = all.filter(() => choose.chance(0.2))
      const gone = new Set(all.filter(() => choose.chance(0.1)))
      const renewed = new Map(
        changed.map((each) => [each.key, { ...somebody(choose, Number(each.key)), source: each.source }]),
      )
      await store([...renewed.values()])
      await storage.transaction(async (tx) => {
        for (const { source, key } of gone) await dropPeople(tx, source, [key])
      })
      // Who is written anew is the last of those with the same name.
      all = [...all.filter(({ key }) => !renewed.has(key)), ...renewed.values()].filter(
        ({ key }) => ![...gone].some((each) => each.key === key),
      )
      await findsTheSame()
      const words = await storage.db.selectFrom('search_words').select(['kind', 'word']).execute()
      const expected = all.flatMap(({ person }) => searchWordsOf(person))
      expect(words.length).toBe(expected.length)
    })
  })
}

import { expect, test } from 'vitest'
import { configSchema, type ConfigInput } from '../../../src/config/schema.ts'
import { createPublished } from '../../../src/federation/inbound/published.ts'
import { isPublished, publishedSources, publishesNothing } from '../../../src/lookup/publication.ts'

type Inbound = NonNullable<NonNullable<ConfigInput['federation']>['inbound']>

const parse = (inbound: Inbound) => configSchema.parse({ federation: { inbound } })
const published = (inbound: Inbound) => createPublished(() => parse(inbound))()
const email = (address: string) => ({ medium: 'email', address }) as const
const phone = { medium: 'msisdn', address: '447700900001' } as const

test('nothing is restricted by the defaults', () => {
  expect(published({})).toBeNull()
})

test('listed domains are told, and nothing below or beside them', () => {
  const publication = published({ domains: ['School.example', 'münchen.example'] })
  const told = (address: string) => publication !== null && isPublished(publication, email(address))
  expect(['a@school.example', 'a@xn--mnchen-3ya.example'].map(told)).toEqual([true, true])
  const others = [
    'a@sub.school.example',
    'a@notschool.example',
    'a@school.example.evil.example',
    'school.example',
    'a@',
    '',
    'a%school.example',
    'school.example@other.example',
  ]
  expect(others.filter(told)).toEqual(['school.example'])
})

test('phone numbers have a switch of their own', () => {
  const [open, shut] = [published({ domains: ['a.example'] }), published({ phones: false })]
  expect(open && isPublished(open, phone)).toBe(true)
  expect(shut && isPublished(shut, phone)).toBe(false)
  expect(shut && isPublished(shut, email('a@any.example'))).toBe(true)
})

test('backends are those that are named, in the order of asking', () => {
  const ids = ['first', 'second', 'third']
  expect(publishedSources(published({ backends: ['third', 'first'] }), ids)).toEqual(['first', 'third'])
  expect(publishedSources(published({ backends: [] }), ids)).toEqual([])
  expect(publishedSources(published({ associations: false }), ids)).toEqual(ids)
  expect(publishedSources(null, ids)).toEqual(ids)
})

test.each<[Inbound, boolean]>([
  [{ enabled: false }, true],
  [{ backends: [], associations: false }, true],
  [{ domains: ['a.example'] }, false],
  [{ backends: [] }, false],
  [{ associations: false }, false],
  [{ phones: false }, false],
])('%j publishes nothing: %s', (inbound, nothing) => {
  const publication = published(inbound)
  expect(publication !== null && publishesNothing(publication)).toBe(nothing)
})

test('it stays the same object until the section says something else', () => {
  let config = parse({ domains: ['a.example'] })
  const current = createPublished(() => config)
  const before = current()
  config = parse({ domains: ['a.example'] })
  expect(current()).toBe(before)
  config = parse({ domains: ['b.example'] })
  expect(current()?.domains).toEqual(new Set(['b.example']))
  config = parse({})
  expect(current()).toBeNull()
})

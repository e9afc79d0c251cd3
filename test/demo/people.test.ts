import { expect, test } from 'vitest'
import { readTable } from '../../src/backends/list/rows.ts'
import { demoCountry, demoCsv, demoDomain, demoPeople } from '../../src/demo/people.ts'
import { canonicalAddress } from '../../src/matrix/threepid.ts'

const people = demoPeople()
const table = readTable(demoCsv(people), { domain: demoDomain, country: demoCountry })

test('there are fifty people, always the same ones', () => {
  expect(people).toHaveLength(50)
  expect(demoPeople()).toEqual(people)
})

test('every name, Matrix ID and address belongs to one person', () => {
  const addresses = people.flatMap(({ email, phone }) => (phone === null ? [email] : [email, phone]))
  expect(new Set(people.map(({ name }) => name)).size).toBe(50)
  expect(new Set(people.map(({ localpart }) => localpart)).size).toBe(50)
  expect(new Set(table.entries.map(({ address }) => address)).size).toBe(addresses.length)
  expect(table.entries).toHaveLength(addresses.length)
})

test('the import reads every row, and keeps canonical addresses only', () => {
  expect(table.problems).toEqual([])
  expect(table.ignoredColumns).toEqual([])
  for (const { medium, address } of table.entries) expect(canonicalAddress(medium, address)).toBe(address)
})

test('the table holds what real tables hold: capitals, umlauts, plus addresses, numbers in several spellings', () => {
  const emails = people.map(({ email }) => email)
  const phones = people.flatMap(({ phone }) => phone ?? [])
  for (const habit of [/[A-Z]/, /[äöü]/, /ß/, /\+/])
    expect(emails.some((email) => habit.test(email))).toBe(true)
  for (const habit of [/^0/, /^\+44 /, /^\+1 /]) expect(phones.some((phone) => habit.test(phone))).toBe(true)
})

test('addresses are reserved ones, so that nothing can ever reach a real person', () => {
  for (const { medium, address } of table.entries) {
    // RFC 2606; Ofcom's numbers for drama use; NANPA's 555-0100 to 555-0199.
    expect(address).toMatch(medium === 'email' ? /\.example$/ : /^(447700900\d{3}|120255501\d{2})$/)
  }
})

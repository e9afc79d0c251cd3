import { expect, it } from 'vitest'
import { readAddresses } from '../../../src/invitations/invite-lists/read-addresses.ts'

const addresses = (csv: string) => readAddresses(csv).map(({ address }) => address)

it('takes the first address of each row, wherever it stands and however it is written', () => {
  expect(addresses('Name;E-Mail\nAnna;ANNA@Example.org\n"Doe, B.";"B. Doe <b@example.org>"')).toEqual([
    'anna@example.org',
    'b@example.org',
  ])
  expect(addresses('anna@example.org\r\nb@example.org\r\n')).toEqual(['anna@example.org', 'b@example.org'])
})

it('keeps rows without an address, so that a person sees which they are', () => {
  expect(readAddresses('a@example.org\nnobody at home\n')).toEqual([
    { line: 1, address: 'a@example.org', text: 'a@example.org' },
    { line: 2, address: null, text: 'nobody at home' },
  ])
  expect(addresses('nobody')).toEqual([null])
  expect(addresses('')).toEqual([])
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redactAddress } from '../../src/matrix/redaction.ts'

describe('redactAddress', () => {
  it.each([
    ['bob', 'b...'],
    ['bo', 'b...'],
    ['b', '...'],
    ['', '...'],
    ['alice', 'ali...'],
    ['Carol@Example.com', 'Car...@Exa...'],
    ['c@x', '...@...'],
    ['a@b@example.com', '...@b@e...'],
    ['@example.com', '...@exa...'],
    ['bob@', 'b...@...'],
    ['😀😀😀😀@example.com', '😀😀😀...@exa...'],
    ['😀@example.com', '...@exa...'],
  ])('shows %j as %j', (address, shown) => {
    expect(redactAddress(address)).toBe(shown)
  })

  it.each([
    ['abcdef', 6, 'abc...'],
    ['abcde', 6, 'a...'],
    ['abcdefgh', 100, 'abc...'],
    ['abcdefgh', 6, 'abcdef...'],
    ['ab', 1, 'a...'],
    ['abc', 0, '...'],
  ])('shows %j with a limit of %d as %j', (address, limit, shown) => {
    expect(redactAddress(address, limit)).toBe(shown)
  })

  it('never shows a side of the address in full', () => {
    const side = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('@'))
    fc.assert(
      fc.property(side, side, fc.nat(12), (local, domain, limit) => {
        const [shownLocal = '', shownDomain = ''] = redactAddress(`${local}@${domain}`, limit).split('@')
        expect([...shownLocal].length - 3).toBeLessThan([...local].length)
        expect([...shownDomain].length - 3).toBeLessThan([...domain].length)
      }),
    )
  })
})

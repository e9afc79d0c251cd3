import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { caseFold } from '../../src/matrix/case-folding.ts'

describe('case folding', () => {
  it.each([
    ['Strauß', 'strauss'],
    ['STRAUSS', 'strauss'],
    ['ΌΣΟΣ', '\u03cc\u03c3\u03bf\u03c3'],
    ['όσος', '\u03cc\u03c3\u03bf\u03c3'],
    ['İstanbul', 'i\u0307stanbul'],
    ['ıx', 'ıx'],
    ['\ufb01le', 'file'],
    ['ſam', 'sam'],
    ['ẞ', 'ss'],
    ['Ꭰ', 'Ꭰ'],
    ['ꭰ', 'Ꭰ'],
    ['ᏸ', 'Ᏸ'],
    ['ŉa', 'ʼna'],
    ['\u212a', 'k'],
    ['I', 'i'],
    ['', ''],
    ['𐐀', '𐐨'],
    ['ﬃ', 'ffi'],
    ['ᾳ', '\u03b1\u03b9'],
  ])('folds %s to %s', (text, folded) => {
    expect(caseFold(text)).toBe(folded)
  })

  it('keeps composed and decomposed letters apart', () => {
    expect(caseFold('É')).toBe('\u00e9')
    expect(caseFold('E\u0301')).toBe('e\u0301')
  })

  it('keeps half of a surrogate pair', () => {
    expect(caseFold('A\ud800é')).toBe('a\ud800é')
  })

  it('lower-cases ASCII as it does beside other letters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(caseFold(text)).toBe(text.toLowerCase())
        expect(caseFold(text.toUpperCase())).toBe(caseFold(text))
        expect(caseFold(`${text}日`)).toBe(`${text.toLowerCase()}日`)
      }),
    )
  })

  it('is its own fixed point for all of Unicode', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const folded = caseFold(text)
        expect(caseFold(folded)).toBe(folded)
      }),
    )
  })

  it('maps every code point as version 14.0 of CaseFolding.txt does', () => {
    const mappings: string[] = []
    for (const character of codePoints()) {
      const folded = caseFold(character)
      if (folded !== character && !casedAfter14(character)) mappings.push(`${hex(character)};${hex(folded)}`)
    }
    expect(mappings).toHaveLength(1530)
    // Over the C and F mappings as lines `41;61` joined by line feeds, computed with Python's `str.casefold`.
    expect(createHash('sha256').update(mappings.join('\n')).digest('hex')).toBe(
      'e02926bcc39490fc2a67ea83821aa6d7b30b4e331a24e7ef7fd302d7c392c5f3',
    )
  })

  it('changes exactly the code points that the runtime’s own Unicode data says change', () => {
    const property = /\p{Changes_When_Casefolded}/u
    const changes = (character: string) => {
      const decomposed = character.normalize('NFD')
      return caseFold(decomposed) !== decomposed
    }
    const disputed = [...codePoints()].filter((character) => changes(character) !== property.test(character))
    expect(disputed.map(hex)).toEqual([])
  })

  it('folds single letters to what the runtime’s case-insensitive matching holds equal', () => {
    const disputed = [...codePoints()].filter((character) => {
      const folded = caseFold(character)
      if (folded === character || [...folded].length > 1) return false
      return !new RegExp(`^\\u{${hex(character)}}$`, 'iu').test(folded)
    })
    expect(disputed.map(hex)).toEqual([])
  })
})

/** Every code point but the surrogates. */
function* codePoints(): Generator<string> {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (codePoint < 0xd800 || codePoint > 0xdfff) yield String.fromCodePoint(codePoint)
  }
}

/** Capital letters of Unicode 15 to 17; whether they fold depends on the runtime's Unicode version. */
function casedAfter14(character: string): boolean {
  return /[\u1c89\ua7cb\ua7cc\ua7ce\ua7d2\ua7d4\ua7da\ua7dc\u{10d50}-\u{10d65}\u{16ea0}-\u{16eb8}]/u.test(
    character,
  )
}

function hex(text: string): string {
  return [...text].map((character) => character.codePointAt(0)?.toString(16)).join(' ')
}

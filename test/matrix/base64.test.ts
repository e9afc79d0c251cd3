import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase64, encodeBase64, encodeBase64Url } from '../../src/matrix/base64.ts'

const vectors = [
  ['', ''],
  ['f', 'Zg'],
  ['fo', 'Zm8'],
  ['foo', 'Zm9v'],
  ['foob', 'Zm9vYg'],
  ['fooba', 'Zm9vYmE'],
  ['foobar', 'Zm9vYmFy'],
] as const

describe('unpadded base64', () => {
  it.each(vectors)('writes %j as %j and reads it back', (text, encoded) => {
    expect(encodeBase64(Buffer.from(text))).toBe(encoded)
    expect(encodeBase64Url(Buffer.from(text))).toBe(encoded)
    expect(decodeBase64(encoded)?.toString()).toBe(text)
  })

  it('differs from the URL-safe form in its last two characters only', () => {
    const bytes = Uint8Array.of(0xfb, 0xef, 0xbe, 0xff, 0xff, 0xff)
    expect(encodeBase64(bytes)).toBe('++++////')
    expect(encodeBase64Url(bytes)).toBe('----____')
  })

  it('encodes a view into a larger buffer without its neighbours', () => {
    expect(encodeBase64(Buffer.from('xfoox').subarray(1, 4))).toBe('Zm9v')
  })

  it('reads what it wrote, in either alphabet, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const expected = Buffer.from(bytes)
        expect(decodeBase64(encodeBase64(bytes))).toEqual(expected)
        expect(decodeBase64(encodeBase64Url(bytes))).toEqual(expected)
        expect(decodeBase64(expected.toString('base64'))).toEqual(expected)
      }),
    )
  })

  it('ignores the left-over bits of the last character, as published keys need', () => {
    expect(decodeBase64('Zh')).toEqual(decodeBase64('Zg'))
  })

  it.each([
    'Z',
    'Zg=',
    'Zm8==',
    'Zm9v=',
    'Zg===',
    '=',
    '==',
    'Zg==Zg==',
    'Z g',
    'Zg\n',
    'Zm9v!',
    'Zmé',
    '+-8v',
    '/_8v',
    'Zm9v\0',
  ])('refuses %j', (text) => {
    expect(decodeBase64(text)).toBeNull()
  })
})

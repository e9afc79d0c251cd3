import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeHash, hashBytes, hashToWords, hashWords } from '../../src/lookup/hash-text.ts'

const bytesOf = (words: Int32Array) => {
  const bytes = Buffer.alloc(32)
  for (let i = 0; i < hashWords; i++) bytes.writeInt32LE(words[i] ?? 0, i * 4)
  return bytes
}

describe('decodeHash', () => {
  it('reads every 32 bytes from their unpadded URL-safe base64', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const decoded = Buffer.alloc(40, 0xee)
        expect(decodeHash(Buffer.from(bytes).toString('base64url'), decoded, 4)).toBe(true)
        expect(decoded.subarray(4, 36)).toEqual(Buffer.from(bytes))
        expect(decoded.toString('hex', 0, 4) + decoded.toString('hex', 36)).toBe('ee'.repeat(8))
      }),
    )
  })

  it('takes exactly one text for every hash: none but the one Node would write', () => {
    const text = fc.string({
      unit: fc.constantFrom(...'ABCXYZabcxyz0189-_+/= é\u0000'),
      minLength: 40,
      maxLength: 46,
    })
    fc.assert(
      fc.property(text, (candidate) => {
        const canonical = Buffer.from(candidate, 'base64url').toString('base64url') === candidate
        const expected = canonical && candidate.length === 43
        expect(decodeHash(candidate, new Uint8Array(hashBytes))).toBe(expected)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('hashToWords', () => {
  it.each([
    ['alice@example.com', 'email', '4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc'],
    ['bob@example.com', 'email', 'LJwSazmv46n0hlMlsb_iYxI0_HXEqy_yj6Jm636cdT8'],
    ['18005552067', 'msisdn', 'nlo35_T5fzSGZzJApqu8lgIudJvmOQtDaHtr-I4rU7I'],
  ])('of %s %s is the one of the specification', (address, medium, expected) => {
    const words = new Int32Array(hashWords)
    hashToWords(address, medium, 'matrixrocks', words)
    expect(bytesOf(words).toString('base64url')).toBe(expected)
  })
})

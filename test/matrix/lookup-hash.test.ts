import { describe, expect, it } from 'vitest'
import { encodeBase64Url } from '../../src/matrix/base64.ts'
import { lookupHash, lookupHashBytes } from '../../src/matrix/lookup-hash.ts'
import { foldForLookup, type Medium } from '../../src/matrix/threepid.ts'

const vectors: readonly (readonly [string, Medium, string])[] = [
  ['alice@example.com', 'email', '4kenr7N9drpCJ4AfalmlGQVsOn3o2RHjkADUpXJWZUc'],
  ['bob@example.com', 'email', 'LJwSazmv46n0hlMlsb_iYxI0_HXEqy_yj6Jm636cdT8'],
  ['18005552067', 'msisdn', 'nlo35_T5fzSGZzJApqu8lgIudJvmOQtDaHtr-I4rU7I'],
  ['Strauß@Example.com', 'email', 'Wvo9OL_UvrDZsRecvnhshdTeilXXGbhk0J5l5rX55Ok'],
]

describe('the lookup hash', () => {
  it.each(vectors)('of %s (%s) with the pepper matrixrocks is %s', (typed, medium, expected) => {
    const address = foldForLookup(medium, typed)
    expect(lookupHash(address, medium, 'matrixrocks')).toBe(expected)
    expect(lookupHashBytes(address, medium, 'matrixrocks')).toHaveLength(32)
    expect(encodeBase64Url(lookupHashBytes(address, medium, 'matrixrocks'))).toBe(expected)
  })

  it('hashes the address as it is, for the caller has folded it', () => {
    const hashes = ['Alice@example.com', 'alice@example.com'].map((address) =>
      lookupHash(address, 'email', 'p'),
    )
    expect(hashes[0]).not.toBe(hashes[1])
  })
})

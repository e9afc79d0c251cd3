import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import nacl from 'tweetnacl'
import { describe, expect, it } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../src/matrix/base64.ts'
import { canonicalJson } from '../../src/matrix/canonical-json.ts'
import { signingKeyFromSeed, signJson, verifyBytes, verifyJson } from '../../src/matrix/signing.ts'

const seed = decodeBase64('YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1') ?? Buffer.alloc(0)
const key = signingKeyFromSeed('ed25519:1', seed)
const keys = new Map([[key.id, key.publicKey]])
const unbind = {
  content: {
    mxid: '@ears:example.org',
    threepid: { address: 'monkeys_have_ears@example.org', medium: 'email' },
  },
  method: 'POST',
  origin: 'example.org',
  uri: '/_matrix/identity/v2/3pid/unbind',
}

const minimalEvent = {
  room_id: '!x:domain',
  sender: '@a:domain',
  origin: 'domain',
  origin_server_ts: 1_000_000,
  type: 'X',
  content: {},
  prev_events: [],
  auth_events: [],
  depth: 3,
}
const redactableEvent = {
  event_id: '$0:domain',
  room_id: '!r:domain',
  sender: '@u:domain',
  type: 'm.room.message',
  origin: 'domain',
  origin_server_ts: 1_000_000,
  content: { body: 'Here is the message content' },
}

const vectors: readonly (readonly [string, object, string])[] = [
  ['S1', {}, 'K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ'],
  [
    'S2',
    { one: 1, two: 'Two' },
    'KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw',
  ],
  [
    'S3',
    { ...minimalEvent, hashes: { sha256: '5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos' } },
    'KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTRl16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg',
  ],
  [
    'S4',
    { ...redactableEvent, content: {}, hashes: { sha256: 'onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g' } },
    'Wm+VzmOUOz08Ds+0NTWb1d4CZrVsJSikkeRxh6aCcUwu6pNC78FunoD7KNWzqFn241eYHYMGCA5McEiVPdhzBA',
  ],
  [
    'S5',
    { mxid: '@foo:bar.com', token: 'abc123' },
    'nlgt5n+QDvVNcyEgz0W43fBAjhdHCfmI9piVjw5e6fL0rctw5IRxtSYfR7y08KPjONEVYqFAHPL44lOTYKJJCw',
  ],
  [
    'S6',
    { mxid: '@foo:bar.com', sender: '@baz:bar.com', token: 'abc123' },
    'm6rWIAk7XyOljo72hR/3FbuNaq4j8B3FLzrskNgvdOYnXquLyCkljF+40RewSZbMKfF8FugVJOn8SVZxhgahCQ',
  ],
  [
    'S7',
    {
      address: 'alice@example.com',
      medium: 'email',
      mxid: '@alice:example.com',
      not_after: 4_582_425_849_161,
      not_before: 1_428_825_849_161,
      ts: 1_428_825_849_161,
    },
    'kLixHve9GydNVUcppN6/c0ZgpALlMzn2evYcn2EMpzILBe6Na6pT0K6+9aPyHJynuhoz/2ztX/8MV/nHnBgAAw',
  ],
  [
    'S8',
    { ...unbind, destination_is: 'id.example.com' },
    '5Oedztjw29lt9jHzWMjEJN1KaGzo7BRFoXNAoRZIqSZH7fZbkpLppQ5BtTYgp0BX0Ea/hulOhVUjJq74UIu/BQ',
  ],
  [
    'S9',
    { ...unbind, destination: 'id.example.com' },
    '13Xpcv8Vo3XWHAL7LzW3UR7VNKkFMhH+zOEiKEZ22x1xgvQK5n7RBoPg/79gIadbxuOTvBqig0qj7KyWaxMYBw',
  ],
]

describe('a signing key', () => {
  it('derives the public key of its seed', () => {
    expect(key.publicKey).toBe('XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI')
    expect(key.id).toBe('ed25519:1')
  })

  it('refuses a seed of the wrong length and an algorithm it does not have', () => {
    expect(() => signingKeyFromSeed('ed25519:0', seed.subarray(1))).toThrow(RangeError)
    expect(() => signingKeyFromSeed('curve25519:0', seed)).toThrow(RangeError)
  })

  it('agrees with an independent implementation about keys and signatures, both ways', () => {
    const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size })
    fc.assert(
      fc.property(bytes(32), fc.uint8Array({ maxLength: 200 }), (randomSeed, message) => {
        const ours = signingKeyFromSeed('ed25519:a', Buffer.from(randomSeed))
        const theirs = nacl.sign.keyPair.fromSeed(randomSeed)
        expect(ours.publicKey).toBe(encodeBase64(theirs.publicKey))
        const signature = encodeBase64(nacl.sign.detached(message, theirs.secretKey))
        expect(ours.sign(Buffer.from(message))).toBe(signature)
        expect(verifyBytes(ours.publicKey, Buffer.from(message), signature)).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  it('signs text as UTF-8', () => {
    expect(key.sign('日')).toBe(key.sign(Buffer.from('日')))
  })
})

describe('signJson', () => {
  it.each(vectors)(
    'makes the signature of vector %s, and verifyJson accepts it',
    (_name, object, signature) => {
      const signed = signJson(object, 'domain', key)
      expect(signed).toEqual({ ...object, signatures: { domain: { 'ed25519:1': signature } } })
      expect(verifyJson(signed, 'domain', keys)).toBe(true)
    },
  )

  it.each([
    ['S3', minimalEvent, '5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos'],
    ['S4', redactableEvent, 'onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g'],
  ] as const)('covers the content hash of vector %s', (_name, event, expected) => {
    expect(encodeBase64(createHash('sha256').update(canonicalJson(event)).digest())).toBe(expected)
  })

  it('keeps other signatures and unsigned, and signs neither', () => {
    const signatures = { 'other.org': { 'ed25519:x': 'aaaa' }, domain: { 'ed25519:0': 'bbbb' } }
    const signed = signJson({ one: 1, two: 'Two', unsigned: { age: 4 }, signatures }, 'domain', key)
    expect(signed.unsigned).toEqual({ age: 4 })
    expect(signed.signatures).toEqual({
      'other.org': { 'ed25519:x': 'aaaa' },
      domain: { 'ed25519:0': 'bbbb', 'ed25519:1': vectors[1]?.[2] },
    })
    expect(signatures.domain).toEqual({ 'ed25519:0': 'bbbb' })
  })

  it('throws for an object that has no canonical form', () => {
    expect(() => signJson({ a: 1.5 }, 'domain', key)).toThrow(/\$\.a/)
  })
})

describe('verifyJson', () => {
  const signed = signJson({ one: 1, two: 'Two' }, 'domain', key)
  const signature = signed.signatures.domain?.['ed25519:1'] ?? ''

  it('accepts any object that its key signed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.maxSafeInteger()), (object) => {
        expect(verifyJson(signJson(object, 'a.example', key), 'a.example', keys)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('accepts a changed unsigned and further signatures', () => {
    const more = { ...signed.signatures, other: { 'ed25519:1': 'x' } }
    expect(verifyJson({ ...signed, unsigned: { a: 1.5 }, signatures: more }, 'domain', keys)).toBe(true)
  })

  it('accepts one good signature beside an unknown algorithm, an unknown key and a bad signature', () => {
    const beside = { 'curve25519:1': 'x', 'ed25519:9': 'x', 'ed25519:2': 'x', 'ed25519:1': signature }
    const known = new Map([...keys, ['ed25519:2', key.publicKey]])
    expect(verifyJson({ ...signed, signatures: { domain: beside } }, 'domain', known)).toBe(true)
  })

  const other = signingKeyFromSeed('ed25519:1', Buffer.alloc(32, 7))
  const refusals: readonly (readonly [string, unknown, string, ReadonlyMap<string, string>])[] = [
    ['a changed member', { ...signed, one: 2 }, 'domain', keys],
    ['an added member', { ...signed, three: 3 }, 'domain', keys],
    ['the signature of another entity', signed, 'other', keys],
    ['a key under another id', signed, 'domain', new Map([['ed25519:2', key.publicKey]])],
    ['another key under the same id', signed, 'domain', new Map([['ed25519:1', other.publicKey]])],
    ['no keys at all', signed, 'domain', new Map()],
    [
      'a known key of another algorithm',
      withSignatures({ domain: { 'rsa:1': signature } }),
      'domain',
      new Map([['rsa:1', key.publicKey]]),
    ],
    ['no signatures', { one: 1, two: 'Two' }, 'domain', keys],
    ['signatures that are a list', withSignatures([signature]), 'domain', keys],
    ['an entity entry that is text', withSignatures({ domain: signature }), 'domain', keys],
    ['a signature that is a number', withSignatures({ domain: { 'ed25519:1': 1 } }), 'domain', keys],
    ['an inherited entity', signed, '__proto__', keys],
    ['an object without a canonical form', { ...signed, one: 1.5 }, 'domain', keys],
    ['null', null, 'domain', keys],
    ['a list', [signed], 'domain', keys],
    ['text', 'signed', 'domain', keys],
  ]

  it.each(refusals)('refuses %s', (_name, object, entity, known) => {
    expect(verifyJson(object, entity, known)).toBe(false)
  })

  function withSignatures(signatures: unknown): object {
    return { ...signed, signatures }
  }
})

describe('verifyBytes', () => {
  const data = Buffer.from('data')
  const signature = key.sign(data)

  it('takes key and signature in either base64, padded or not', () => {
    const rawKey = decodeBase64(key.publicKey) ?? Buffer.alloc(0)
    const rawSignature = decodeBase64(signature) ?? Buffer.alloc(0)
    expect(verifyBytes(rawKey.toString('base64url'), data, rawSignature.toString('base64'))).toBe(true)
  })

  it.each([
    ['a short key', key.publicKey.slice(4), signature],
    ['a long key', `${key.publicKey}AAAA`, signature],
    ['a key that is not base64', `!${key.publicKey.slice(1)}`, signature],
    ['a key that is no point of the curve', encodeBase64(Buffer.alloc(32, 0xff)), signature],
    ['a short signature', key.publicKey, signature.slice(4)],
    ['an empty signature', key.publicKey, ''],
    ['a signature that is not base64', key.publicKey, `${signature.slice(0, -1)}!`],
    [
      'a signature with one bit changed',
      key.publicKey,
      signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`,
    ],
  ])('refuses %s', (_name, publicKey, text) => {
    expect(verifyBytes(publicKey, data, text)).toBe(false)
  })

  it('never throws, whatever key and signature hold', () => {
    const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size }).map(encodeBase64)
    fc.assert(
      fc.property(fc.oneof(bytes(32), fc.string()), fc.oneof(bytes(64), fc.string()), (publicKey, text) => {
        expect(() => verifyBytes(publicKey, data, text)).not.toThrow()
      }),
    )
  })
})

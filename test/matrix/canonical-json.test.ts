import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, CanonicalJsonError, isJsonObject } from '../../src/matrix/canonical-json.ts'

const vectors = [
  ['C1', '{}', '{}'],
  ['C2', '{ "two": "Two",\n  "one": 1 }', '{"one":1,"two":"Two"}'],
  ['C3', '{"b":"2","a":"1"}', '{"a":"1","b":"2"}'],
  ['C4', '{"本":2,"日":1}', '{"日":1,"本":2}'],
  ['C5', '{"a":"\\u65E5"}', '{"a":"日"}'],
  ['C6', '{"a":null}', '{"a":null}'],
  ['C7', '{"a":-0,"b":1e10}', '{"a":0,"b":10000000000}'],
  [
    'C8',
    `{"auth":{"success":true,"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe",
      "three_pids":[{"medium":"email","address":"john.doe@example.org"},{"medium":"msisdn","address":"123456789"}]}}}`,
    '{"auth":{"mxid":"@john.doe:example.com","profile":{"display_name":"John Doe","three_pids":[{"address":"john.doe@example.org","medium":"email"},{"address":"123456789","medium":"msisdn"}]},"success":true}}',
  ],
  ['C9', '{"😀":1,"～":2}', '{"～":2,"😀":1}'],
  ['C10', '{"10":1,"9":2,"a":3}', '{"10":1,"9":2,"a":3}'],
] as const

/** Everything that has a canonical form, with keys and text from all of Unicode. */
const canonicalValue = fc.letrec<{ value: unknown }>((tie) => {
  const text = fc.string({ unit: 'binary', maxLength: 8 })
  return {
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      text,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 5 }),
    ),
  }
}).value

describe('canonical JSON', () => {
  it.each(vectors)('writes vector %s as specified', (_name, input, output) => {
    expect(canonicalJson(JSON.parse(input))).toBe(output)
  })

  it('means the same as its input and is the canonical form of itself', () => {
    fc.assert(
      fc.property(canonicalValue, (value) => {
        const text = canonicalJson(value)
        const parsed: unknown = JSON.parse(text)
        expect(parsed).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(parsed)).toBe(text)
      }),
    )
  })

  it('does not depend on the order in which members were added', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.integer()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).reverse())
        expect(canonicalJson(reversed)).toBe(canonicalJson(object))
      }),
    )
  })

  it('orders keys as their UTF-8 bytes are ordered', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 2 }), (keys) => {
        const pairs = keys.map((key) => [key, 0] as const)
        const ordered = keys.toSorted((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
        const expected = `{${ordered.map((key) => `${JSON.stringify(key)}:0`).join(',')}}`
        expect(canonicalJson(Object.fromEntries(pairs))).toBe(expected)
      }),
    )
  })

  it('escapes quote, backslash and controls only, in the short form or lower-case hex', () => {
    const controls = String.fromCharCode(...Array(32).keys())
    expect(canonicalJson(controls)).toBe(
      '"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f' +
        '\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f"',
    )
    expect(canonicalJson('"\\')).toBe('"\\"\\\\"')
    expect(canonicalJson('/\u007f\u2028\u2029é😀')).toBe('"/\u007f\u2028\u2029é😀"')
  })

  it('sorts integer-like keys as text', () => {
    expect(canonicalJson({ 9: 1, 10: 2 })).toBe('{"10":2,"9":1}')
  })

  it('keeps a member named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1},"b":1}')
  })

  it('takes objects without a prototype', () => {
    expect(canonicalJson(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}')
  })

  it('writes the largest integers in full and whole numbers without a fraction', () => {
    expect(canonicalJson([2 ** 53 - 1, -(2 ** 53) + 1, 1.0, -0])).toBe(
      '[9007199254740991,-9007199254740991,1,0]',
    )
  })
})

describe('canonical JSON refuses', () => {
  const refusals: readonly (readonly [string, unknown, string])[] = [
    ['a fraction', { a: [0, 1.5] }, '$.a[1]'],
    ['2^53', { a: 2 ** 53 }, '$.a'],
    ['-(2^53)', [-(2 ** 53)], '$[0]'],
    ['NaN', Number.NaN, '$'],
    ['Infinity', Infinity, '$'],
    ['half of a surrogate pair in text', { a: { b: 'x\ud83d' } }, '$.a.b'],
    ['half of a surrogate pair in a key', { '\udc00': 1 }, '$.\udc00'],
    ['an undefined member', { a: undefined }, '$.a'],
    ['undefined itself', undefined, '$'],
    ['a hole in an array', Array(1), '$[0]'],
    ['a bigint', { a: 1n }, '$.a'],
    ['a function', { a: () => 1 }, '$.a'],
    ['a symbol', Symbol('a'), '$'],
    ['a date', { a: new Date(0) }, '$.a'],
    ['a map', new Map(), '$'],
    ['a buffer', { a: Buffer.from('a') }, '$.a'],
  ]

  it.each(refusals)('%s and names its place', (_name, value, path) => {
    const error = thrownBy(() => canonicalJson(value))
    expect(error).toBeInstanceOf(CanonicalJsonError)
    expect(error).toMatchObject({ path })
  })

  it('nesting that would exhaust the stack', () => {
    const hostile: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
    expect(thrownBy(() => canonicalJson(hostile))).toBeInstanceOf(CanonicalJsonError)
  })

  it('an object that contains itself', () => {
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    expect(thrownBy(() => canonicalJson(cycle))).toBeInstanceOf(CanonicalJsonError)
  })
})

describe('isJsonObject', () => {
  it('tells objects from everything else that JSON can hold', () => {
    expect([{}, { a: 1 }].map(isJsonObject)).toEqual([true, true])
    expect([null, [], 'a', 1, true, undefined].some(isJsonObject)).toBe(false)
  })
})

function thrownBy(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}

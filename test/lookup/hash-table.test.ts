import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { HashTable } from '../../src/lookup/hash-table.ts'
import { hashWords } from '../../src/lookup/hash-text.ts'

/** Words of a key; keys of one `crowd` begin at the same slot, so that they have to probe. */
function wordsOf(key: number, crowd: number): Int32Array {
  const words = new Int32Array(
    createHash('sha256')
      .update(`key ${key}`)
      .digest()
      .buffer.slice(0, 4 * hashWords),
  )
  words.set(
    new Int32Array(
      createHash('sha256')
        .update(String(key))
        .digest()
        .buffer.slice(0, 4 * hashWords),
    ),
  )
  words[0] = crowd
  return words
}

type Step =
  | { readonly do: 'set'; readonly key: number; readonly mxid: string; readonly keepFirst: boolean }
  | { readonly do: 'delete' | 'find'; readonly key: number }

const key = fc.integer({ min: 0, max: 400 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('set' as const),
    key,
    mxid: fc.string({ unit: 'binary', maxLength: 60 }),
    keepFirst: fc.boolean(),
  }),
  fc.record({ do: fc.constantFrom('delete' as const, 'find' as const), key }),
)

function check(table: HashTable, steps: readonly Step[], crowds: number): void {
  const model = new Map<number, string>()
  for (const each of steps) {
    const words = wordsOf(each.key, (each.key % crowds) * 0x1000_0000)
    if (each.do === 'delete') expect(table.delete(words)).toBe(model.delete(each.key))
    if (each.do === 'set') {
      table.set(words, each.mxid, each.keepFirst)
      if (!(each.keepFirst && model.has(each.key))) model.set(each.key, each.mxid)
    }
    const stored = model.get(each.key)
    expect(table.find(words)).toBe(stored === undefined ? null : JSON.stringify(stored))
    expect(table.count).toBe(model.size)
  }
  for (const [stored, mxid] of model) {
    expect(table.find(wordsOf(stored, (stored % crowds) * 0x1000_0000))).toBe(JSON.stringify(mxid))
  }
}

describe('a hash table', () => {
  it('behaves as a Map does, whatever is set and deleted, with keys that crowd each other', () => {
    const wellFormed = step.filter((each) => each.do !== 'set' || each.mxid.isWellFormed())
    fc.assert(
      fc.property(fc.array(wellFormed, { maxLength: 300 }), fc.integer({ min: 1, max: 8 }), (steps, crowds) =>
        check(new HashTable(), steps, crowds),
      ),
      { numRuns: 60 },
    )
  })

  it('keeps every entry while it grows to many times its first size', () => {
    const table = new HashTable()
    const before = table.bytes
    for (let n = 0; n < 20_000; n++) table.set(realWords(n), `@user${n}:example.org`)
    expect(table.count).toBe(20_000)
    expect(table.bytes).toBeGreaterThan(before)
    for (let n = 0; n < 20_000; n++) expect(table.find(realWords(n))).toBe(`"@user${n}:example.org"`)
    expect(table.find(realWords(20_000))).toBeNull()
  })

  it('does not fill up with what was deleted', () => {
    const table = new HashTable()
    for (let n = 0; n < 20_000; n++) {
      table.set(realWords(n), '@a:b')
      expect(table.delete(realWords(n))).toBe(true)
    }
    expect(table.count).toBe(0)
    expect(table.find(realWords(1))).toBeNull()
    const slots = new HashTable(5_000).bytes
    expect(table.bytes - 20_000 * '"@a:b"'.length * 3).toBeLessThan(slots)
  })

  it('works on after it was handed over in parts', () => {
    const table = new HashTable(100)
    for (let n = 0; n < 100; n++) table.set(realWords(n), `@user${n}:example.org`)
    const other = new HashTable(0, structuredClone(table.takeParts()))
    expect(other.count).toBe(100)
    other.delete(realWords(7))
    for (let n = 100; n < 3_000; n++) other.set(realWords(n), `@user${n}:example.org`)
    expect(other.find(realWords(7))).toBeNull()
    for (let n = 8; n < 3_000; n++) expect(other.find(realWords(n))).toBe(`"@user${n}:example.org"`)
  })

  it('finds many hashes by their texts as clients send them, and no other texts', () => {
    const table = new HashTable()
    for (let n = 0; n < 100; n++) table.set(realWords(n), `@user${n}:example.org`)
    const textOf = (n: number) => createHash('sha256').update(`n ${n}`).digest('base64url')
    const texts = Array.from({ length: 200 }, (_, n) => textOf(n))
    const answers = [...table.slotsOf(texts)].map((slot) => (slot < 0 ? null : table.literal(slot)))
    expect(answers).toEqual(texts.map((_, n) => (n < 100 ? `"@user${n}:example.org"` : null)))
    const digest = createHash('sha256').update('n 1').digest()
    const others = [
      digest.toString('base64'),
      digest.toString('hex'),
      '',
      'x',
      `${textOf(1)}=`,
      ` ${textOf(1)}`,
    ]
    expect([...table.slotsOf(others)]).toEqual(others.map(() => -1))
  })
})

function realWords(n: number): Int32Array {
  const digest = createHash('sha256').update(`n ${n}`).digest()
  return Int32Array.from({ length: hashWords }, (_, index) => digest.readInt32LE(index * 4))
}

import type { AnsweredLookup } from './answered.ts'
import { hashToWords, hashWords } from './hash-text.ts'
import type { HashTable } from './hash-table.ts'
import type { Pepper } from './peppers.ts'

/** A pepper with its finished table. */
export interface Generation extends Pepper {
  table: HashTable
  /** Sequence of the last mapping change that the table contains. */
  seq: number
}

const words = new Int32Array(hashWords)

/** Brings one address of a generation up to date; a null Matrix ID removes it. */
export function putMapping(
  generation: Generation,
  medium: string,
  address: string,
  mxid: string | null,
): void {
  hashToWords(address, medium, generation.pepper, words)
  if (mxid === null) generation.table.delete(words)
  else generation.table.set(words, mxid)
}

/**
 * The JSON text of a lookup answer, `{"mappings":{"<hash>":"<Matrix ID>"}}`. Put together as text: a thousand entries
 * cost a fraction of what building and serialising an object of them does. A found entry is plain base64, so it
 * needs no escaping; an entry asked twice is answered once.
 */
export function answerHashes({ table }: Generation, hashes: readonly string[]): AnsweredLookup {
  const slots = table.slotsOf(hashes)
  const answered = new Set<number>()
  let body = ''
  for (let i = 0; i < slots.length; i++) {
    const slot = slots[i] ?? -1
    if (slot < 0 || answered.has(slot)) continue
    answered.add(slot)
    body += `,"${hashes[i]}":${table.literal(slot)}`
  }
  return {
    text: `{"mappings":{${body.slice(1)}}}`,
    found: answered.size,
    entries: (most) =>
      [...answered].slice(0, most).map((slot) => {
        return { address: null, mxid: JSON.parse(table.literal(slot)) as string, source: null }
      }),
  }
}

/** The Matrix IDs of hashes, for an answer that has to be signed; hashes nobody has are absent. */
export function findHashes(generation: Generation, hashes: readonly string[]): Record<string, string> {
  const slots = generation.table.slotsOf(hashes)
  const found = hashes.flatMap((hash, index) => {
    const slot = slots[index] ?? -1
    return slot < 0 ? [] : [[hash, JSON.parse(generation.table.literal(slot)) as string] as const]
  })
  return Object.fromEntries(found)
}

/** The Matrix ID of a canonical address, from the same table that answers hashes. */
export function findAddress(generation: Generation, medium: string, address: string): string | null {
  hashToWords(address, medium, generation.pepper, words)
  const literal = generation.table.find(words)
  return literal === null ? null : (JSON.parse(literal) as string)
}

import { hashToWords, hashWords } from './hash-text.ts'
import { HashTable } from './hash-table.ts'
import { readMappings, type MappingSource } from './mapping-source.ts'
import { isPublished, type Publication } from './publication.ts'

/** What the index asks of a build: which database, which pepper, the backends' precedence, and which part of all. */
export interface BuildOrder {
  readonly source: MappingSource
  readonly pepper: string
  readonly backends: readonly string[]
  /** Only what is published; null: everything. */
  readonly publication: Publication | null
  /** Milliseconds; associations outside their validity window are left out. */
  readonly now: number
}

export interface BuiltTable {
  readonly table: HashTable
  /** Sequence of the last change that the table contains: from here it has to catch up. */
  readonly seq: number
}

/** Hashes every mapping under one pepper, in one consistent read of the database. */
export async function fillTable(order: BuildOrder): Promise<BuiltTable> {
  const { publication } = order
  const words = new Int32Array(hashWords)
  let table = new HashTable(0)
  const read = { ...order, associations: publication?.associations ?? true }
  const seq = await readMappings(read, {
    expect: (count) => {
      // A part may be far smaller than the whole: its table grows as it fills.
      if (publication === null) table = new HashTable(count)
    },
    mapping: (medium, address, mxid) => {
      if (publication !== null && !isPublished(publication, { medium, address })) return
      hashToWords(address, medium, order.pepper, words)
      table.set(words, mxid, true)
    },
  })
  return { table, seq }
}

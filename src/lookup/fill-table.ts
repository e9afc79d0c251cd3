import { hashToWords, hashWords } from './hash-text.ts'
import { HashTable } from './hash-table.ts'
import { readMappings, type MappingSource } from './mapping-source.ts'

/** What the index asks of a build: which database, which pepper, and the backends' precedence. */
export interface BuildOrder {
  readonly source: MappingSource
  readonly pepper: string
  readonly backends: readonly string[]
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
  const words = new Int32Array(hashWords)
  let table = new HashTable(0)
  const seq = await readMappings(order, {
    expect: (count) => {
      table = new HashTable(count)
    },
    mapping: (medium, address, mxid) => {
      hashToWords(address, medium, order.pepper, words)
      table.set(words, mxid, true)
    },
  })
  return { table, seq }
}

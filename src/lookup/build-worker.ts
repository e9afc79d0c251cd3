import { parentPort, workerData } from 'node:worker_threads'
import { hashToWords, hashWords } from './hash-text.ts'
import { HashTable } from './hash-table.ts'
import { readMappings, type MappingSource } from './mapping-source.ts'

/** What the index asks of a build: which database, which pepper, and the backends' precedence. */
export interface BuildOrder {
  readonly source: MappingSource
  readonly pepper: string
  readonly backends: readonly string[]
  readonly now: number
}

/**
 * The body of the build thread: hashes every mapping under one pepper, in one consistent read of the database, and
 * transfers the finished table. The change sequence in the answer says where the table must catch up from.
 */
async function build(order: BuildOrder): Promise<void> {
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
  const parts = table.takeParts()
  parentPort?.postMessage({ parts, seq }, [parts.keys, parts.slots, parts.arena])
}

if (parentPort !== null) await build(workerData as BuildOrder)

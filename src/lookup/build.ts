import { Worker } from 'node:worker_threads'
import type { BuildOrder } from './build-worker.ts'
import { HashTable, type HashTableParts } from './hash-table.ts'

export interface BuiltTable {
  readonly table: HashTable
  /** Sequence of the last change that the table contains. */
  readonly seq: number
}

/** Builds a table in a thread of its own, so that lookups keep answering meanwhile. Rejects when the thread fails. */
export function buildTable(order: BuildOrder): Promise<BuiltTable> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), { workerData: order, name: 'signpost-index-build' })
    worker.once('message', (message: { parts: HashTableParts; seq: number }) => {
      resolve({ table: new HashTable(0, message.parts), seq: message.seq })
    })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`The index build ended early with exit code ${code}.`)))
  })
}

/** The worker has this module's own suffix: `.js` in a build, `.ts` when the sources run as they are. */
function workerFile(): URL {
  return new URL(`./build-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}

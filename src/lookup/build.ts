import { Worker } from 'node:worker_threads'
import { fillTable, type BuildOrder, type BuiltTable } from './fill-table.ts'
import { HashTable, type HashTableParts } from './hash-table.ts'

/** Below this a build takes some tens of milliseconds; a thread would cost more memory than it saves. */
export const MANY_MAPPINGS = 5_000

/**
 * Builds a table; a large one in a thread of its own, so that lookups keep answering meanwhile.
 * @param expected how many mappings there are, counted up to `MANY_MAPPINGS`
 */
export function buildTable(order: BuildOrder, expected: number): Promise<BuiltTable> {
  return expected < MANY_MAPPINGS ? fillTable(order) : fillInThread(order)
}

function fillInThread(order: BuildOrder): Promise<BuiltTable> {
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

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { setImmediate as nextTurn } from 'node:timers/promises'

export interface Memory {
  readonly heapMb: number
  readonly rssMb: number
}

const MEGABYTE = 2 ** 20

/** What is in use after everything that nobody holds has been thrown away. */
export async function measureMemory(): Promise<Memory> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // Finalizers of one collection free what the next one finds.
  for (let round = 0; round < 3; round++) {
    collect()
    await nextTurn()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { heapMb: (heapUsed + external) / MEGABYTE, rssMb: rss / MEGABYTE }
}

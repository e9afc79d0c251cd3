import { readySources } from '../../src/directory/mirrors.ts'
import type { TestAppliance } from './appliance.ts'
import { eventually } from './poll.ts'

/** Resolves when storage has a copy of each of these backends, in which people are searched. */
export async function copied({ storage }: TestAppliance, ...ids: readonly string[]): Promise<void> {
  const isReady = async () => (await readySources(storage.db, ids)).length === ids.length
  await eventually(isReady, { what: `the copies of ${ids.join(', ')}`, timeoutMs: 30_000 })
}

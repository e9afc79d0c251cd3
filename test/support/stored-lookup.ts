import { createLookup, type Lookup } from '../../src/lookup/find.ts'
import type { Clock } from '../../src/runtime.ts'
import type { Storage } from '../../src/storage/storage.ts'

/** A lookup that knows what storage holds, and asks nobody. */
export function storedLookup(storage: Storage, clock: Clock, sources: readonly string[] = ['list']): Lookup {
  return createLookup({ storage, clock, backends: [], sources })
}

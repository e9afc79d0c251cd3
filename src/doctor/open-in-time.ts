import { setTimeout as sleep } from 'node:timers/promises'
import type { Runtime } from '../runtime.ts'
import { StorageError } from '../storage/storage-error.ts'
import { openStorage, type Storage, type StorageOptions } from '../storage/storage.ts'

/** A database server that is away is waited for much longer by a start. */
const PATIENCE_MS = 4_000

/** Opens the database as a guest. Throws `StorageError`, also when it takes too long. */
export async function openInTime(options: StorageOptions, runtime: Runtime): Promise<Storage> {
  const opening = openStorage({ ...options, guest: true }, runtime)
  const opened = await Promise.race([opening, sleep(PATIENCE_MS, null, { ref: false })])
  if (opened !== null) return opened
  // Nobody waits for it any more.
  opening.then(
    (late) => late.close(),
    () => {},
  )
  throw new StorageError('database-unreachable', {
    tried: 'open the database',
    likelyCause: `It did not answer within ${PATIENCE_MS / 1000} s.`,
    fix: 'Start the database server, check storage.url, and whether a firewall lets this machine through.',
  })
}

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openStorage, type Storage } from '../../../../src/storage/storage.ts'
import { createTestRuntime } from '../../../support/test-runtime.ts'

/** The database that an appliance on this folder would have. */
export async function openImportStorage(dataDir: string): Promise<Storage> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  return await openStorage(
    { type: 'sqlite', file: join(dataDir, 'signpost.db') },
    createTestRuntime(Date.now()),
  )
}

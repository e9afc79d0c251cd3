import { expect, test } from 'vitest'
import { startBackground } from '../src/background.ts'
import { configSchema } from '../src/config/schema.ts'
import type { HashIndex } from '../src/lookup/hash-index.ts'
import { openStorage } from '../src/storage/storage.ts'
import { storedLookup } from './support/stored-lookup.ts'
import { createTempDir } from './support/temp-dir.ts'
import { createTestRuntime } from './support/test-runtime.ts'

test('a duty whose rhythm is longer than a timer can wait does not run all the time', async () => {
  const warnings: string[] = []
  const note = (warning: Error) => void warnings.push(warning.name)
  process.on('warning', note)
  const runtime = createTestRuntime()
  const storage = await openStorage({ type: 'sqlite', file: `${await createTempDir('duty')}/a.db` }, runtime)
  const background = startBackground({
    storage,
    runtime,
    config: () => configSchema.parse({ invitations: { resolveEvery: '30d' } }),
    index: { maintain: async () => undefined } as HashIndex,
    federationPause: { refresh: async () => undefined },
    lookup: storedLookup(storage, runtime.clock),
    processId: 'test',
    appservice: { attend: async () => {}, purge: async () => {} },
    wakeOutbox: () => undefined,
  })
  // Node tells of a timer that cannot wait that long with the next turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve))
  await background.stop()
  process.off('warning', note)
  expect(warnings).toEqual([])
  await storage.close()
})

import { writeSync } from 'node:fs'
import { createOutboxWorker } from '../../../src/notify/outbox-worker.ts'
import { enqueue } from '../../../src/notify/outbox.ts'
import { openStorage } from '../../../src/storage/storage.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

/** Enqueues two messages into the SQLite database argv[2]; delivers the first, and hangs while it delivers the second. */
const runtime = createTestRuntime()
const storage = await openStorage({ type: 'sqlite', file: process.argv[2] ?? '' }, runtime)
await storage.transaction(async (tx) => {
  for (const name of ['quick', 'hanging']) {
    const expiresAt = runtime.clock.now() + 3_600_000
    await enqueue(tx, runtime, { kind: 'mail', dedupeKey: name, payload: { name }, expiresAt })
    await enqueue(tx, runtime, { kind: 'later', dedupeKey: `later-${name}`, payload: { name }, expiresAt })
  }
})
const worker = createOutboxWorker({
  storage,
  runtime,
  handlers: {
    mail: {
      async deliver(entry) {
        const isQuick = JSON.stringify(entry.payload).includes('quick')
        if (isQuick) return { result: 'done' }
        writeSync(1, 'hanging\n')
        return new Promise(() => {})
      },
      async finished() {
        writeSync(1, 'delivered\n')
      },
    },
  },
})
worker.start()
setInterval(() => {}, 1000)

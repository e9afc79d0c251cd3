import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createOutboxWorker } from '../../src/notify/outbox-worker.ts'
import type { OutboxEntry, OutboxHandler } from '../../src/notify/outbox-worker.ts'
import { fileURLToPath } from 'node:url'
import { listOutbox } from '../../src/notify/outbox.ts'
import { openStorage } from '../../src/storage/storage.ts'
import { startChild } from '../storage/children/start-child.ts'
import { createTempDir, removeTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const script = fileURLToPath(new URL('./children/deliver-and-hang.ts', import.meta.url))

describe('the outbox of a process that was killed', () => {
  let folder: string
  beforeEach(async () => {
    folder = await createTempDir('outbox')
  })
  afterEach(() => removeTempDir(folder))

  test('goes on at once where it was, and tells which delivery was interrupted', async () => {
    const file = `${folder}/signpost.db`
    const child = startChild(script, [file])
    await child.waitForLines(2)
    await child.kill()
    expect([...child.lines()].sort()).toEqual(['delivered', 'hanging'])

    // The same instant as in the child: no lease has run out.
    const runtime = createTestRuntime()
    const storage = await openStorage({ type: 'sqlite', file }, runtime)
    const seen: OutboxEntry[] = []
    const handler: OutboxHandler = {
      deliver: async (entry) => {
        seen.push(entry)
        return { result: 'done' }
      },
    }
    const worker = createOutboxWorker({ storage, runtime, handlers: { mail: handler, later: handler } })
    await worker.idle()
    const brief = seen.map(({ kind, payload, interrupted, attempts }) => ({
      kind,
      payload,
      interrupted,
      attempts,
    }))
    expect(brief).toHaveLength(3)
    expect(brief).toEqual(
      expect.arrayContaining([
        { kind: 'mail', payload: { name: 'hanging' }, interrupted: true, attempts: 2 },
        { kind: 'later', payload: { name: 'quick' }, interrupted: false, attempts: 1 },
        { kind: 'later', payload: { name: 'hanging' }, interrupted: false, attempts: 1 },
      ]),
    )
    expect(seen.find((entry) => entry.interrupted)?.attemptStartedAt).toBe(runtime.clock.now())
    expect((await listOutbox(storage.db)).map((row) => row.state)).toEqual(['done', 'done', 'done', 'done'])
    await storage.close()
  })
})

import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { runUntilStopped, type RunUntilStopped } from '../../src/cli/run-until-stopped.ts'
import { OperatorError } from '../../src/config/operator-error.ts'
import type { Config } from '../../src/config/schema.ts'
import { eventually } from '../support/poll.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await createTempDir('restart')
  await save('one.org')
})

const file = () => join(dataDir, 'signpost.yaml')
const save = (domain: string) => writeFile(file(), `matrix: { domain: ${domain} }\n`)

interface Start {
  readonly domain: string
  readonly refused: string | null
  readonly restart: () => void
  stopped: boolean
}

/** Runs with a server that refuses the domain `broken.org`. */
function run() {
  const starts: Start[] = []
  const stop = Promise.withResolvers<void>()
  const { clock, log } = createTestRuntime()
  const start: RunUntilStopped['start'] = async (config: Config, { request, refused }) => {
    const { domain } = config.matrix
    if (domain === 'broken.org') {
      throw new OperatorError('tls-unusable', { tried: 'start', likelyCause: 'Broken.', fix: 'Mend it.' })
    }
    const one: Start = { domain, restart: request, stopped: false, refused: refused?.keptAs ?? null }
    starts.push(one)
    return { stop: async () => void (one.stopped = true) }
  }
  const ended = runUntilStopped({ dataDir, clock, log, stopRequested: stop.promise, start })
  const started = (count: number) =>
    eventually(() => starts[count - 1] ?? null, { what: `start number ${count}` })
  return { ended, started, starts, stop: () => stop.resolve() }
}

test('a restart ends the former run first and reads the file anew', async () => {
  const { ended, started, stop, starts } = run()
  const first = await started(1)
  await save('two.org')
  first.restart()
  const second = await started(2)
  expect([first.stopped, second.stopped]).toEqual([true, false])
  expect([first.domain, second.domain]).toEqual(['one.org', 'two.org'])
  stop()
  await ended
  expect(starts.map(({ stopped }) => stopped)).toEqual([true, true])
})

test('a configuration that does not start is put aside, and the former one runs again', async () => {
  const { ended, started, stop } = run()
  const first = await started(1)
  await save('broken.org')
  first.restart()
  const second = await started(2)
  expect(second.domain).toBe('one.org')
  expect(await readFile(file(), 'utf8')).toContain('one.org')
  expect(await readFile(second.refused ?? '', 'utf8')).toContain('broken.org')
  // The next restart has nothing to tell any more.
  second.restart()
  expect((await started(3)).refused).toBeNull()
  stop()
  await ended
})

test('a file that cannot be read as a configuration is put aside as well', async () => {
  const { ended, started, stop } = run()
  const first = await started(1)
  await writeFile(file(), 'matrix: [')
  first.restart()
  expect((await started(2)).domain).toBe('one.org')
  stop()
  await ended
})

test('a first start that fails fails, and leaves the file as it is', async () => {
  await save('broken.org')
  await expect(run().ended).rejects.toMatchObject({ code: 'tls-unusable' })
  expect(await readFile(file(), 'utf8')).toContain('broken.org')
})

test('where there was no file, a refused one is taken away', async () => {
  await rm(file())
  const { ended, started, stop } = run()
  const first = await started(1)
  await save('broken.org')
  first.restart()
  expect((await started(2)).domain).toBe('localhost')
  await expect(readFile(file())).rejects.toMatchObject({ code: 'ENOENT' })
  stop()
  await ended
})

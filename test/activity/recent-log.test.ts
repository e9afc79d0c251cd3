import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLogger } from '../../src/activity/logger.ts'
import { createRecentLog, readRecentLog } from '../../src/activity/recent-log.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { withoutRoot } from '../support/without-root.ts'

test('lines are there after a while, in order, readable by their owner alone', async () => {
  const dataDir = await createTempDir('recent-log')
  const log = createRecentLog({ dataDir })
  for (let line = 0; line < 100; line++) log.stream.write(`line ${line}\n`)
  await log.close()
  expect(await readRecentLog(dataDir, 3)).toEqual(['line 97', 'line 98', 'line 99'])
  expect((await stat(join(dataDir, 'log', 'recent.jsonl'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(dataDir, 'log'))).mode & 0o777).toBe(0o700)
})

test('the next start goes on where the last one ended', async () => {
  const dataDir = await createTempDir('recent-log')
  for (const line of ['first\n', 'second\n']) {
    const log = createRecentLog({ dataDir })
    log.stream.write(line)
    await log.close()
  }
  expect(await readRecentLog(dataDir, 10)).toEqual(['first', 'second'])
})

test('the files do not grow beyond measure, and the newest lines are the ones that stay', async () => {
  const dataDir = await createTempDir('recent-log')
  const log = createRecentLog({ dataDir, maxBytes: 1_000 })
  for (let line = 0; line < 500; line++) {
    log.stream.write(`line number ${line}\n`)
    if (line % 10 === 0) await log.close()
  }
  await log.close()
  const names = await readdir(join(dataDir, 'log'))
  expect(names.sort()).toEqual(['recent.1.jsonl', 'recent.jsonl'])
  for (const name of names) expect((await readFile(join(dataDir, 'log', name))).length).toBeLessThan(1_500)
  const lines = await readRecentLog(dataDir, 1_000)
  expect(lines.at(-1)).toBe('line number 499')
  expect(lines.length).toBeGreaterThan(50)
})

test('a folder that cannot be written breaks nothing', async () => {
  const dataDir = await createTempDir('recent-log')
  await chmod(dataDir, 0o500)
  await withoutRoot([dataDir], async () => {
    const log = createRecentLog({ dataDir })
    log.stream.write('lost\n')
    await log.close()
    expect(await readRecentLog(dataDir, 10)).toEqual([])
  })
  await chmod(dataDir, 0o700)
  await mkdir(join(dataDir, 'log'))
  await writeFile(join(dataDir, 'log', 'recent.jsonl'), '')
  expect(await readRecentLog(dataDir, 10)).toEqual([])
})

test('the second stream of a logger has a level of its own, and its lines are masked as all others', async () => {
  const lines: Record<'first' | 'second', string[]> = { first: [], second: [] }
  const into = (name: 'first' | 'second') => ({ write: (line: string) => void lines[name].push(line) })
  const log = createLogger({
    level: 'warn',
    masked: () => true,
    destination: into('first'),
    second: { level: 'info', stream: into('second') },
  })
  log.debug({}, 'nobody')
  log.info({}, 'for anna@example.org')
  log.child({ part: 'x' }).error({ token: 'secret' }, 'both')
  const messages = (name: 'first' | 'second') =>
    lines[name].map((line) => (JSON.parse(line) as { msg: string }).msg)
  expect(messages('first')).toEqual(['both'])
  expect(messages('second')).toEqual(['for a***@e***.org', 'both'])
  expect(lines.second.join('')).not.toContain('secret"')
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { steps } from '../../src/demo/story/steps.ts'
import { eventually } from '../support/poll.ts'
import { createTempDir } from '../support/temp-dir.ts'

const main = resolve(import.meta.dirname, '../../src/main.ts')

interface RunningDemo {
  readonly stdout: () => string
  readonly stderr: () => string
  /** Everything it left in the temporary folder. */
  readonly leftBehind: () => Promise<string[]>
  readonly signal: (name: 'SIGINT' | 'SIGTERM') => void
  readonly closeOutput: () => void
  /** Exit code, or the signal that ended it. */
  readonly end: Promise<number | string | null>
}

/** `signpost demo` as a process of its own, with a temporary folder of its own and its output in a pipe. */
async function startDemo(...options: string[]): Promise<RunningDemo> {
  const tmp = await createTempDir('demo')
  const child = spawn(process.execPath, [main, 'demo', ...options], {
    // Node itself would keep compiled code in the temporary folder.
    env: { ...process.env, TMPDIR: tmp, NODE_DISABLE_COMPILE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    leftBehind: () => readdir(tmp),
    signal: (name) => void child.kill(name),
    closeOutput: () => void child.stdout.destroy(),
    end: once(child, 'close').then(([code, signal]: (number | string | null)[]) => code ?? signal ?? null),
  }
}

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe.concurrent('The demo', { timeout: 90_000 }, () => {
  test('tells the whole story into a pipe: every step ticked, no colours, 80 columns, nothing left behind', async () => {
    const demo = await startDemo()
    expect(await demo.end).toBe(0)
    expect(demo.stderr()).toBe('')
    const parts = demo.stdout().split(/^ {2}\d+ of \d+ +/m)
    expect(parts.slice(1).map((part) => part.split('\n', 1)[0])).toEqual(steps.map(({ title }) => title))
    for (const part of parts.slice(1)) expect(part).toContain('✓')
    expect(demo.stdout()).not.toContain('✗')
    expect(demo.stdout()).not.toContain('\u001b')
    for (const line of demo.stdout().split('\n')) expect([...line].length).toBeLessThanOrEqual(80)
    expect(await demo.leftBehind()).toEqual([])
  })

  test('tells it in JSON, one line for each step', async () => {
    const demo = await startDemo('--json')
    expect(await demo.end).toBe(0)
    const [start, ...rest] = linesOf(demo.stdout())
    const end = rest.pop()
    expect(start).toMatchObject({
      event: 'start',
      signpost: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/),
    })
    expect(rest.map(({ id }) => id)).toEqual(steps.map(({ id }) => id))
    for (const step of rest) expect(step).toMatchObject({ event: 'step', ok: true })
    for (const { checks } of rest) expect((checks as unknown[]).length).toBeGreaterThan(0)
    expect(end).toMatchObject({ event: 'end', ok: true, steps: steps.length })
    expect(await demo.leftBehind()).toEqual([])
  })

  test('keeps running with --serve until it is stopped, and answers meanwhile', async () => {
    const demo = await startDemo('--serve')
    const commands = await eventually(() => /^API=(\S+)\nAUTH='Authorization: (.*)'$/m.exec(demo.stdout()), {
      what: 'the commands to paste',
      timeoutMs: 80_000,
    })
    const [, api, authorization = ''] = commands
    const response = await fetch(`${api}/account`, { headers: { authorization } })
    expect(await response.json()).toEqual({ user_id: '@anna.keller:linden.example' })
    demo.signal('SIGTERM')
    expect(await demo.end).toBe(0)
    expect(await demo.leftBehind()).toEqual([])
  })

  test('cleans up when it is interrupted in the middle', async () => {
    const demo = await startDemo('--json')
    await eventually(() => demo.stdout().includes('"people"'), { what: 'the first step', timeoutMs: 60_000 })
    demo.signal('SIGINT')
    expect(await demo.end).toBe(130)
    expect(await demo.leftBehind()).toEqual([])
  })

  test('cleans up when its reader goes away', async () => {
    const demo = await startDemo()
    await eventually(() => demo.stdout().includes('1 of '), { what: 'the first step', timeoutMs: 60_000 })
    demo.closeOutput()
    await demo.end
    expect(await demo.leftBehind()).toEqual([])
  })

  test('refuses an option that it does not know', async () => {
    const demo = await startDemo('--fast')
    expect(await demo.end).toBe(64)
    expect(demo.stderr()).toContain('--fast')
    expect(demo.stdout()).toBe('')
  })
})

import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { run } from '../../support/child-process.ts'
import { eventually } from '../../support/poll.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { asking, testWorld } from '../support/context.ts'
import { outcomesOf, stepsOf } from '../support/steps.ts'
import { anna, backendOf, login, plain, script } from './scripts.ts'

const lookupBy = (command: string, more: object = {}) =>
  backendOf({
    identity: { single: { command, input: { type: 'plain' }, ...plain } },
    timeout: '10s',
    ...more,
  })
const find = (backend: Backend, question = asking()) => backend.findMappings?.([anna], question)

/** The process whose id a script wrote, once it did. */
async function pidIn(file: string): Promise<number> {
  return eventually(async () => Number(await readFile(file, 'utf8')) || null, {
    what: 'the process to begin',
  })
}

async function isRunning(pid: number): Promise<boolean> {
  const state = await run('ps', ['-o', 'stat=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  )
  // A process that ended and was not yet collected by its parent counts as gone.
  return state !== '' && !state.startsWith('Z')
}
const ended = (pid: number) =>
  eventually(async () => !(await isRunning(pid)), { what: `the end of process ${pid}` })

describe('a program that', () => {
  it('hangs is killed at the timeout, with what it started', async () => {
    const pidFile = join(await createTempDir('exec'), 'pid')
    const command = await script(`sleep 600 & echo $! >${pidFile}; wait`)
    const asked = find(await lookupBy(command, { timeout: '500ms' }))
    await expect(asked).rejects.toMatchObject({ code: 'timeout', fix: expect.stringContaining('timeout') })
    await ended(await pidIn(pidFile))
  })

  it('refuses to end is killed all the same', async () => {
    const command = await script('trap "" TERM INT HUP; while :; do sleep 1; done')
    await expect(find(await lookupBy(command, { timeout: '500ms' }))).rejects.toMatchObject({
      code: 'timeout',
    })
  })

  it('leaves a child that keeps its output open has answered, and the child is ended', async () => {
    const pidFile = join(await createTempDir('exec'), 'pid')
    const command = await script(`sleep 600 & echo $! >${pidFile}; echo anna`)
    expect(await find(await lookupBy(command))).toHaveLength(1)
    await ended(await pidIn(pidFile))
  })

  it('leaves a child in a session of its own has answered, although its output stays open', async () => {
    const pidFile = join(await createTempDir('exec'), 'pid')
    const command = await script(
      `setsid sh -c 'echo $$ >${pidFile}; exec sleep 600' & while ! [ -s ${pidFile} ]; do :; done; echo anna`,
    )
    expect(await find(await lookupBy(command))).toHaveLength(1)
    process.kill(await pidIn(pidFile), 'SIGKILL')
  })

  it('floods its output is stopped', async () => {
    const pidFile = join(await createTempDir('exec'), 'pid')
    const command = await script(`echo $$ >${pidFile}; exec yes anna`)
    const failure = { code: 'protocol', fix: expect.stringContaining('maxOutput') }
    await expect(find(await lookupBy(command))).rejects.toMatchObject(failure)
    await ended(await pidIn(pidFile))
  })

  it('floods its messages is heard all the same', async () => {
    const command = await script('yes message | head -c 10000000 >&2; echo anna')
    expect(await find(await lookupBy(command))).toHaveLength(1)
  })

  it('closes its output and goes on is waited for', async () => {
    const command = await script('exec >&-; sleep 0.1; exit 1')
    expect(await find(await lookupBy(command))).toEqual([])
  })

  it.each([
    ['exit 2', /exit code 2/],
    ['exit 127', /exit code 127/],
    ['exit 137', /exit code 137/],
    ['kill -9 $$', /SIGKILL/],
    ['kill -11 $$', /SIGSEGV/],
  ])('ends by "%s" is a failure, not a "no"', async (text, message) => {
    const failure = { code: 'protocol', message: expect.stringMatching(message) }
    await expect(find(await lookupBy(await script(`echo anna; ${text}`)))).rejects.toMatchObject(failure)
  })

  it('does not read what it is given does no harm', async () => {
    const backend = await backendOf({ identity: { bulk: { command: await script('exec <&-; echo "{}"') } } })
    // More than a pipe holds, so that writing goes on after the program closed its end.
    const domain = `${'d'.repeat(60)}.${'d'.repeat(60)}.example`
    const addresses = Array.from({ length: 1000 }, (_, i) => `${'p'.repeat(50)}${i}@${domain}`)
    const many = addresses.map((address) => ({ medium: 'email', address }) as const)
    expect(await backend.findMappings?.(many, asking())).toEqual([])
  })

  it('writes something that is no text is a failure', async () => {
    const command = await script(`printf '\\377anna'`)
    await expect(find(await lookupBy(command))).rejects.toMatchObject({ code: 'protocol' })
  })
})

describe('a program that cannot be started', () => {
  it.each([
    ['is missing', async () => '/nonexistent/program'],
    ['is unknown to PATH', async () => 'signpost-no-such-program'],
    ['has an interpreter that is missing', async () => script('#!/nonexistent/interpreter\n')],
    ['is a folder', async () => join(await createTempDir('exec'), '.')],
  ])('because it %s is a failure of the configuration', async (_why, make) => {
    const failure = { code: 'configuration', fix: expect.stringMatching(/identity\.single\.command|chmod/) }
    const backend = await lookupBy(await make())
    await expect(find(backend)).rejects.toMatchObject(failure)
    await expect(find(backend)).rejects.toMatchObject(failure)
  })

  it('because it is not executable is a failure of the configuration', async () => {
    const failure = { code: 'configuration', fix: expect.stringContaining('chmod') }
    const command = await script('echo anna', 0o644)
    const backend = await lookupBy(command)
    await expect(find(backend)).rejects.toMatchObject(failure)
    expect(outcomesOf(await stepsOf(backend))).toEqual(['settings failed'])
  })

  it('is found by its check before it is asked', async () => {
    const missing = await lookupBy('./missing', {})
    expect(await stepsOf(missing)).toMatchObject([
      { step: 'settings', outcome: 'failed', fix: expect.any(String) },
    ])
    const unknown = await lookupBy('signpost-no-such-program')
    expect(await stepsOf(unknown)).toMatchObject([{ step: 'settings', outcome: 'failed' }])
  })
})

describe('a question', () => {
  it('ends when whoever asked gives up', async () => {
    const pidFile = join(await createTempDir('exec'), 'pid')
    const backend = await lookupBy(await script(`echo $$ >${pidFile}; exec sleep 600`), { timeout: '10m' })
    const giveUp = new AbortController()
    const asked = find(backend, { signal: giveUp.signal, requester: null })
    const failure = asked?.catch((error: unknown) => error)
    const pid = await pidIn(pidFile)
    giveUp.abort()
    expect(await failure).toMatchObject({ code: 'timeout' })
    await ended(pid)
  })

  it('ends when the backend is closed, and so does a question that waits for its turn', async () => {
    const pidFile = join(await createTempDir('exec'), 'pid')
    const command = await script(`echo $$ >${pidFile}; exec sleep 600`)
    const backend = await lookupBy(command, { timeout: '10m', maxProcesses: 1 })
    const failures = [find(backend), find(backend)].map((asked) =>
      expect(asked).rejects.toMatchObject({ code: 'closed' }),
    )
    const pid = await pidIn(pidFile)
    await backend.close()
    await Promise.all(failures)
    await ended(pid)
  })

  it('that waits too long for its turn fails, and others are answered afterwards', async () => {
    const folder = await createTempDir('exec')
    const command = await script(
      `[ -d ${folder}/go ] && echo anna && exit; echo $$ >${folder}/pid; exec sleep 600`,
    )
    const backend = await lookupBy(command, { timeout: '500ms', maxProcesses: 1 })
    const failures = [find(backend), find(backend), find(backend)].map((asked) =>
      expect(asked).rejects.toMatchObject({ code: 'timeout' }),
    )
    await Promise.all(failures)
    await mkdir(join(folder, 'go'))
    expect(await find(backend)).toHaveLength(1)
  })

  it('about a listing that is not read to its end ends the program', async () => {
    const pidFile = join(await createTempDir('exec'), 'pid')
    const person = '{"id":{"type":"localpart","value":"p$((i=i+1))"}}'
    const command = await script(
      `echo $$ >${pidFile}; i=0; while :; do echo "${person.replaceAll('"', '\\"')}"; done`,
    )
    const backend = await backendOf({ list: { command } })
    for await (const page of backend.listPeople?.({
      since: null,
      isKnown: () => false,
      signal: asking().signal,
    }) ?? []) {
      expect(page.type).toBe('people')
      break
    }
    await ended(await pidIn(pidFile))
  })
})

describe('what a program says on standard error', () => {
  it('is in the debug log, its first lines, without what it was given', async () => {
    const logged: object[] = []
    const log = { ...createTestRuntime().log, debug: (fields: object) => void logged.push(fields) }
    const runtime = { ...testWorld().runtime, log: { ...log, child: () => log } }
    const command = await script(`read -r user; read -r domain; read -r mxid; read -r password
echo "no $user ($mxid) with $password here" >&2; yes more | head -n 1000 >&2; exit 1`)
    const backend = await backendOf({ auth: { command, input: { type: 'plain' }, ...plain } }, { runtime })
    await backend.authenticate?.(login('anna', 's3cret'), asking())
    const fields = await eventually(() => logged.find((one) => 'messages' in one), { what: 'the log line' })
    expect(fields).toMatchObject({ program: 'auth', code: 1 })
    expect(fields).toHaveProperty('messages', ['no *** (***) with *** here', 'more', 'more', 'more', 'more'])
  })
})

it('capabilities come and go with their programs', async () => {
  const backend = await backendOf({ directory: { byThreepid: { command: await script('echo "{}"') } } })
  expect(Object.keys(backend).toSorted()).toEqual(['check', 'close', 'search'])
  expect(await backend.search?.({ by: 'name', term: 'a', limit: 1 }, asking())).toEqual({
    limited: false,
    results: [],
  })
  expect(
    await backendOf({ identity: { single: { command: 'true' } }, uses: { lookup: false } }),
  ).not.toHaveProperty('findMappings')
})

import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ElectronApi } from '../../electron/electron-api.ts'
import type { Host } from '../../electron/host.ts'
import { launchNode } from '../../electron/server/launch-node.ts'
import { launchUtility } from '../../electron/server/launch-utility.ts'
import { openLogFile } from '../../electron/server/log-file.ts'
import type { LaunchServer } from '../../electron/server/server-process.ts'
import {
  createSupervisor,
  type ServerState,
  type SupervisorOptions,
} from '../../electron/server/supervisor.ts'
import type { ToShell } from '../../src/desktop/messages.ts'
import { probe } from '../../electron/server/probe.ts'
import { ShellFailure } from '../../electron/shell-failure.ts'
import { eventually } from '../support/poll.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestData, lookUp, type TestData } from './driver/server.ts'
import { serverEntry } from './driver/stand-in-driver.ts'
import { StandInUtilityProcess } from './stand-in/utility-process.ts'

let dataDir: string
let states: ServerState[]
beforeEach(async () => {
  dataDir = await createTempDir('supervisor')
  states = []
})

const script = (name: string) => resolve(import.meta.dirname, 'servers', `${name}.ts`)
const hostWith = (entry: string, nodePath = process.execPath): Host =>
  ({
    env: { ...process.env, NODE_OPTIONS: undefined },
    nodePath,
    files: { serverEntry: entry },
  }) as unknown as Host

function supervise(launch: LaunchServer, changes: Partial<SupervisorOptions> = {}) {
  return createSupervisor({
    launch,
    sealingKey: async () => null,
    log: openLogFile({ file: join(dataDir, 'log', 'desktop.log'), now: () => Date.now() }),
    now: () => Date.now(),
    probe,
    changed: (state) => void states.push(state),
    heard: () => {},
    stopLimits: { term: 50, kill: 100 },
    ...changes,
  })
}

const phases = () => states.map(({ phase }) => phase)
const comes = (phase: ServerState['phase']) =>
  eventually(() => states.find((state) => state.phase === phase), {
    what: `the phase ${phase}`,
    timeoutMs: 30_000,
  })

describe('The supervisor', () => {
  it('insists when a server does not end', async () => {
    const server = supervise(launchNode(hostWith(script('deaf')), dataDir))
    server.start()
    await comes('running')
    await server.stop()
    expect(phases()).toEqual(['starting', 'running', 'stopped'])
  })

  it('ends a server that does not answer any more, and starts it again', async () => {
    const healthPace = { every: 10, timeout: 200 }
    const server = supervise(launchNode(hostWith(script('deaf')), dataDir), { healthPace })
    server.start()
    await eventually(() => phases().filter((phase) => phase === 'running').length >= 2, {
      what: 'a second server',
    })
    await server.stop()
    expect(phases().slice(0, 4)).toEqual(['starting', 'running', 'restarting', 'running'])
  })

  it('gives up after four crashes, with the exit code and what the server wrote last', async () => {
    const server = supervise(launchNode(hostWith(script('broken')), dataDir))
    server.start()
    await comes('failed')
    expect(phases()).toEqual(['starting', 'restarting', 'restarting', 'restarting', 'failed'])
    const state = server.state()
    expect(state.phase === 'failed' ? state.report : null).toMatchObject({
      what: 'The server ended 4 times within a minute. The last time, it ended with the exit code 3.',
      code: null,
      lines: ['something is broken'],
    })
    await server.stop()
  })

  it('tells of a program that cannot be run', async () => {
    const server = supervise(launchNode(hostWith(script('deaf'), '/nowhere/node'), dataDir))
    server.start()
    await comes('failed')
    const state = server.state()
    expect(state.phase === 'failed' ? state.report.what : '').toContain('could not be started')
  })

  it('stops at once while it waits for the next try', async () => {
    const server = supervise(launchNode(hostWith(script('broken')), dataDir))
    server.start()
    await comes('restarting')
    await server.stop()
    expect(server.state().phase).toBe('stopped')
  })

  it('starts nothing without the key of the secrets, and says where it is', async () => {
    const words = { tried: 'open it', likelyCause: 'It is locked.', fix: 'Unlock it.' }
    const server = supervise(launchNode(hostWith(script('deaf')), dataDir), {
      sealingKey: () => Promise.reject(new ShellFailure('sealing-key-elsewhere', words)),
    })
    server.start()
    await comes('failed')
    expect(phases()).toEqual(['starting', 'failed'])
    const state = server.state()
    expect(state.phase === 'failed' ? state.report : null).toMatchObject({
      cause: 'It is locked.',
      fix: 'Unlock it.',
    })
  })

  it('answers no link when there is no server', async () => {
    expect(await supervise(launchNode(hostWith(script('deaf')), dataDir)).link('one-time-link')).toBeNull()
  })
})

describe('In Electron’s utility process', () => {
  it('the server starts, gets its key, answers, and ends in order when it is told to', async () => {
    const data: TestData = await createTestData()
    const electron = { utilityProcess: StandInUtilityProcess } as unknown as Pick<
      ElectronApi,
      'utilityProcess'
    >
    const heard: ToShell[] = []
    const child = launchUtility(
      electron,
      hostWith(serverEntry),
      data.dataDir,
    )({ message: (message) => void heard.push(message), output: () => {} })
    const says = (type: ToShell['type']) =>
      eventually(() => heard.find((message) => message.type === type), { what: type, timeoutMs: 30_000 })
    child.send({ type: 'sealing-key', key: Buffer.alloc(32, 1).toString('base64') })
    await says('ready')
    expect(await lookUp(data)).toBe(true)
    child.send({ type: 'one-time-link', id: 1 })
    expect(await says('answer')).toMatchObject({ id: 1, link: expect.stringContaining(data.adminUrl) })
    child.send({ type: 'stop' })
    expect(await child.ended).toEqual({ code: 0, signal: null })
    expect(await lookUp(data)).toBe(false)
  })
})

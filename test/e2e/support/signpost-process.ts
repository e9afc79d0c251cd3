import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { withTestDefaults } from './live-appliance.ts'
import { eventually } from '../../support/poll.ts'
import { createTempDir } from '../../support/temp-dir.ts'

export interface SignpostProcessOptions {
  /** Written as `signpost.yaml`. */
  readonly config: ConfigInput
  readonly dataDir?: string
  /** Another entry than `src/main.ts`; it is given the same arguments. */
  readonly entry?: string
  readonly env?: Readonly<Record<string, string>>
}

export interface SignpostProcess {
  readonly dataDir: string
  /** Base URL of the public listener. A restart may change it, unless the configuration names a port. */
  readonly publicAddress: string
  /** Standard error of all starts: the log. */
  readonly stderr: string
  /** Exit code or signal; null while it runs. */
  readonly exit: number | string | null
  /** SIGKILL: no chance to tidy up. */
  kill(): Promise<void>
  /** SIGTERM, as a service manager does; SIGKILL after 15 s. */
  stop(): Promise<void>
  /** Starts again on the same data; stops first when it still runs. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>
}

const main = resolve(import.meta.dirname, '../../../src/main.ts')
const started = z.object({ publicAddress: z.string() })

/** `signpost start` as a process of its own, from the sources. Resolves once it listens. */
export async function startSignpostProcess(options: SignpostProcessOptions): Promise<SignpostProcess> {
  const dataDir = options.dataDir ?? (await createTempDir('signpost'))
  // JSON is YAML.
  await writeFile(join(dataDir, 'signpost.yaml'), JSON.stringify(withTestDefaults(options.config)))
  let stderr = ''
  let publicAddress = ''
  let child = launch({})

  function launch(env: Readonly<Record<string, string>>) {
    const args = [options.entry ?? main, 'start', '--data', dataDir, '--json']
    const started = spawn(process.execPath, args, {
      env: { ...process.env, ...options.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    started.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    return started
  }

  async function untilListening(): Promise<void> {
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    await eventually(() => out.includes('\n') || exit() !== null, {
      what: 'Signpost to listen',
      timeoutMs: 30_000,
      intervalMs: 10,
    })
    if (!out.includes('\n')) throw new Error(`Signpost ended with ${String(exit())}:\n${stderr}`)
    publicAddress = started.parse(JSON.parse(out)).publicAddress
  }

  const exit = () => child.exitCode ?? child.signalCode

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (exit() !== null) return
    const gone = once(child, 'close')
    child.kill(signal)
    await Promise.race([gone, sleep(15_000, undefined, { ref: false })])
    if (exit() !== null) return
    child.kill('SIGKILL')
    await gone
  }

  await untilListening()
  return {
    dataDir,
    get publicAddress() {
      return publicAddress
    },
    get stderr() {
      return stderr
    },
    get exit() {
      return exit()
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async restart(env = {}) {
      await end('SIGTERM')
      child = launch(env)
      await untilListening()
    },
  }
}

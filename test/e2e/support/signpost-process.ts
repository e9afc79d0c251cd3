import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { withTestDefaults } from '../../support/appliance.ts'
import { tiedToThisProcess } from '../../support/child-process.ts'
import { eventually } from '../../support/poll.ts'
import { createTempDir } from '../../support/temp-dir.ts'

export interface SignpostProcessOptions {
  /** Written as `signpost.yaml`; null: the file that is there counts. */
  readonly config: ConfigInput | null
  readonly dataDir?: string
  /** Another entry than `src/main.ts`; it is given the same arguments. */
  readonly entry?: string
}

export interface SignpostProcess {
  readonly dataDir: string
  /** Base URL of the public listener. A restart changes it, unless the configuration names a port. */
  readonly publicAddress: string
  /** Standard output since the last start. */
  readonly stdout: string
  /** Standard error of all starts: the log. */
  readonly stderr: string
  /** Exit code or signal; null while it runs. */
  readonly exit: number | string | null
  /** Writes a line to its standard input. */
  tell(line: string): void
  /** SIGKILL: no chance to tidy up. */
  kill(): Promise<void>
  /** SIGTERM, as a service manager does; SIGKILL after 15 s. */
  stop(): Promise<void>
  /** Starts again on the same data; stops first when it still runs. */
  restart(): Promise<void>
}

const main = resolve(import.meta.dirname, '../../../src/main.ts')
const started = z.object({ publicAddress: z.string() })

/** `signpost start` as a process of its own, from the sources. Resolves once it listens. */
export async function startSignpostProcess(options: SignpostProcessOptions): Promise<SignpostProcess> {
  const dataDir = options.dataDir ?? (await createTempDir('signpost'))
  // JSON is YAML.
  if (options.config !== null)
    await writeFile(join(dataDir, 'signpost.yaml'), JSON.stringify(withTestDefaults(options.config)))
  let child: ChildProcessWithoutNullStreams
  let publicAddress = ''
  let stdout = ''
  let stderr = ''
  const exit = () => child.exitCode ?? child.signalCode

  async function start(): Promise<void> {
    const args = [options.entry ?? main, 'start', '--data', dataDir, '--json']
    const [program, ...rest] = tiedToThisProcess(process.execPath, args)
    // What was compiled for one start serves the next ones, and those of other tests in this run.
    child = spawn(program, rest, {
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'compile-cache') },
    })
    // A process that is killed takes no more input.
    child.stdin.on('error', () => {})
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    await eventually(() => stdout.includes('\n') || exit() !== null, {
      what: 'Signpost to listen',
      timeoutMs: 30_000,
      intervalMs: 10,
    })
    if (!stdout.includes('\n')) throw new Error(`Signpost ended with ${String(exit())}:\n${stderr}`)
    publicAddress = started.parse(JSON.parse(stdout.slice(0, stdout.indexOf('\n')))).publicAddress
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const ended = child
    if (ended.exitCode !== null || ended.signalCode !== null) return
    const gone = once(ended, 'exit')
    ended.kill(signal)
    const limit = setTimeout(() => ended.kill('SIGKILL'), 15_000)
    await gone
    clearTimeout(limit)
  }

  await start()
  return {
    dataDir,
    get publicAddress() {
      return publicAddress
    },
    get stdout() {
      return stdout
    },
    get stderr() {
      return stderr
    },
    get exit() {
      return exit()
    },
    tell: (line) => void child.stdin.write(`${line}\n`),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async restart() {
      await end('SIGTERM')
      await start()
    },
  }
}

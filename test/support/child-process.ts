import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Runs a program to its end. Rejects when it fails; the error carries `stdout` and `stderr`. */
export const run = promisify(execFile)

export interface StartOptions {
  readonly cwd?: string
  /** Added to the environment of the test process; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Standard output and standard error are appended to this file. */
  readonly logFile: string
}

export interface RunningProcess {
  readonly pid: number
  /** Exit code, or the name of the signal; `null` while it runs. */
  exit(): number | string | null
  /** Asks with SIGTERM, and after `graceMs` (default 10 s) insists with SIGKILL. Resolves once it is gone. */
  stop(graceMs?: number): Promise<void>
}

/**
 * Starts a long-running program. On Linux the kernel ends it together with the test process, even when that one is
 * killed, so that no run leaves a server behind.
 */
export async function startProcess(
  program: string,
  args: readonly string[],
  { cwd, env, logFile }: StartOptions,
): Promise<RunningProcess> {
  const log = openSync(logFile, 'a')
  const [command, ...rest] = tiedToThisProcess(program, args)
  const child = spawn(command, rest, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  await once(child, 'spawn')
  if (child.pid === undefined) throw new Error(`${program} has no process id`)
  return { pid: child.pid, exit: () => exitOf(child), stop: (graceMs = 10_000) => stop(child, graceMs) }
}

/** The same command, ended by the kernel together with this process (Linux). */
export function tiedToThisProcess(program: string, args: readonly string[]): [string, ...string[]] {
  if (process.platform !== 'linux') return [program, ...args]
  return ['setpriv', '--pdeathsig', 'KILL', '--', program, ...args]
}

function exitOf(child: ChildProcess): number | string | null {
  return child.exitCode ?? child.signalCode
}

async function stop(child: ChildProcess, graceMs: number): Promise<void> {
  if (exitOf(child) !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  await Promise.race([gone, sleep(graceMs, undefined, { ref: false })])
  if (exitOf(child) === null) {
    child.kill('SIGKILL')
    await gone
  }
}

import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { systemErrorCode } from '../../config/file-error.ts'
import type { Logger } from '../../runtime.ts'
import { BackendFailure } from '../failure.ts'
import type { Invocation } from './invocation.ts'
import { collectMessages } from './messages.ts'

/** A program under way. Read `output` first, then `exitCode`. */
export interface RunningProgram {
  /** Standard output; ends with the program. Whoever stops reading early ends the program. */
  readonly output: AsyncIterable<Buffer>
  /** Rejects with `BackendFailure` when it could not run, was killed, or `signal` aborted. */
  readonly exitCode: Promise<number>
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/** How long output may stay open after the end, when a process that left the group or cannot be killed holds on to it. */
const graceMs = 500

/**
 * Starts a program without a shell, in a process group of its own, so that its end takes along what it started.
 * Throws `BackendFailure` when the system refuses at once.
 */
export function startProgram(invocation: Invocation, signal: AbortSignal, log: Logger): RunningProgram {
  if (signal.aborted) throw abortFailure(invocation, signal)
  const child = spawnChild(invocation)
  const messages = collectMessages(child.stderr)
  const exitCode = new Promise<number>((resolve, reject) => {
    let aborted = false
    const onAbort = () => {
      aborted = true
      end(child)
      reject(abortFailure(invocation, signal))
    }
    signal.addEventListener('abort', onAbort)
    // More than one may come: a program of another user cannot be killed, which is an error of its own.
    child.on('error', (error) => {
      signal.removeEventListener('abort', onAbort)
      reject(startFailure(error, invocation))
    })
    child.once('exit', () => end(child))
    child.once('close', (code, killedBy) => {
      signal.removeEventListener('abort', onAbort)
      const said = messages(invocation.confidential)
      log.debug({ program: invocation.name, code, killedBy, aborted, messages: said }, 'program ended')
      if (code === null) reject(killedFailure(killedBy, invocation))
      else resolve(code)
    })
  })
  // Whoever reads no further than the output need not look at it.
  exitCode.catch(() => {})

  writeInput(child, invocation.input)
  return { output: outputOf(child), exitCode }
}

function spawnChild({ file, args, env, cwd, name }: Invocation): Child {
  try {
    return spawn(file, args, {
      cwd,
      env,
      shell: false,
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  } catch (error) {
    throw startFailure(error, { name, file })
  }
}

/** A program that ends, or closes its input, without reading it is none the worse for it. */
function writeInput(child: Child, input: string | null): void {
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
}

async function* outputOf(child: Child): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer
  } catch {
    // Torn off by a kill or after the grace period: the exit code tells what happened.
  } finally {
    if (child.exitCode === null && child.signalCode === null && !child.stdout.readableEnded) killGroup(child)
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Nobody is left in the group, or this system has none.
    child.kill('SIGKILL')
  }
}

/** Ends what is left of a program, and its streams should somebody hold on to them. */
function end(child: Child): void {
  killGroup(child)
  const letGo = setTimeout(() => destroyStreams(child), graceMs)
  child.once('close', () => clearTimeout(letGo))
}

function destroyStreams(child: Child): void {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
}

function abortFailure({ name }: Invocation, signal: AbortSignal): BackendFailure {
  if (signal.reason instanceof BackendFailure) return signal.reason
  const fix = 'See why it is slow, or raise timeout.'
  return new BackendFailure('timeout', `The program of ${name} did not end in time and was killed.`, fix)
}

function killedFailure(killedBy: NodeJS.Signals | null, { name }: Invocation): BackendFailure {
  const fix = 'Run it by hand; the log of the system tells whether it ran out of memory.'
  return new BackendFailure('protocol', `The program of ${name} was ended by ${killedBy ?? 'a signal'}.`, fix)
}

/** Why a program did not start. */
export function startFailure(
  error: unknown,
  { name, file }: Pick<Invocation, 'name' | 'file'>,
): BackendFailure {
  const setting = `${name}.command`
  switch (systemErrorCode(error)) {
    case 'ENOENT': {
      const fix = `Check ${setting}. If the file is there, its first line (#!) names a program that is not.`
      return new BackendFailure('configuration', `There is no program ${file}.`, fix, error)
    }
    case 'EACCES':
    case 'EPERM': {
      const fix = `Let the user of Signpost read and execute it: chmod a+rx ${file}`
      return new BackendFailure('configuration', `The program ${file} may not be executed.`, fix, error)
    }
    case 'ENOEXEC': {
      const fix = 'Begin a script with a line that names its interpreter, such as #!/bin/sh.'
      return new BackendFailure('configuration', `The system does not know how to run ${file}.`, fix, error)
    }
    default: {
      const fix = 'See whether the machine has processes, memory and open files left.'
      return new BackendFailure('connect', `The program ${file} could not be started.`, fix, error)
    }
  }
}

import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'

const shim = resolve(import.meta.dirname, 'parent-port.ts')

interface ForkOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly execArgv?: readonly string[]
  readonly stdio?: 'pipe' | 'ignore' | readonly ('pipe' | 'ignore' | 'inherit')[]
}

/** `utilityProcess`: a real process that finds `process.parentPort` instead of Node's own channel. */
export class StandInUtilityProcess extends EventEmitter {
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly #child: ChildProcess

  static fork(module: string, args: readonly string[], options: ForkOptions): StandInUtilityProcess {
    return new StandInUtilityProcess(module, args, options)
  }

  constructor(module: string, args: readonly string[], { env, execArgv = [] }: ForkOptions) {
    super()
    this.#child = fork(module, args, {
      ...(env === undefined ? {} : { env }),
      execArgv: ['--import', shim, ...execArgv],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    this.stdout = this.#child.stdout
    this.stderr = this.#child.stderr
    this.#child.on('message', (message) => this.emit('message', message))
    this.#child.once('close', (code) => this.emit('exit', code ?? 1))
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  postMessage(message: object): void {
    this.#child.send(message, () => {})
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM')
  }
}

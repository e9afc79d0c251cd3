import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../support/poll.ts'

export interface Child {
  readonly pid: number
  /** Complete lines of standard output so far. */
  lines(): readonly string[]
  /** Resolves once that many lines are there. */
  waitForLines(count: number): Promise<void>
  /** SIGKILL: no chance to tidy up. Resolves when it is gone and everything it wrote has been read. */
  kill(): Promise<void>
}

/** Runs a script of this folder, or one given by its absolute path, in a process of its own. */
export function startChild(script: string, args: readonly string[]): Child {
  const path = isAbsolute(script) ? script : fileURLToPath(new URL(script, import.meta.url))
  const child: ChildProcess = spawn(process.execPath, [path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const lines = () => output.split('\n').slice(0, -1)
  return {
    pid: child.pid ?? 0,
    lines,
    async waitForLines(count) {
      await eventually(() => lines().length >= count || child.exitCode !== null, {
        what: `${count} lines of ${script}`,
      })
      if (lines().length < count) throw new Error(`${script} ended with exit code ${child.exitCode}`)
    },
    async kill() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

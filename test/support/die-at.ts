import { createRequire, syncBuiltinESMExports } from 'node:module'
import { promises as files } from 'node:fs'
import type BetterSqlite from 'better-sqlite3'

/*
 * For a child process that is to be killed at an exact point: before the n-th of all its changes to the disk, by SIGKILL,
 * which leaves no chance to tidy up. Whoever waits for a moment by the clock hits the same few points again and again.
 */

type Change = (...args: never[]) => unknown

let passed = 0
let last = Infinity

/** Counts the changes from now on, and dies before number `at` (from 1). */
export function dieBeforeChange(at: number): void {
  passed = 0
  last = at
}

/** How many changes there were since then. */
export const changesSoFar = () => passed

function point(): void {
  if (++passed === last) process.kill(process.pid, 'SIGKILL')
}

/** Everything that this process does to files and to SQLite passes here. */
function watch(target: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) {
    const original = target[name] as Change
    target[name] = function (this: unknown, ...args: never[]) {
      point()
      return original.apply(this, args)
    }
  }
}

watch(files as unknown as Record<string, unknown>, ['rename', 'rm', 'mkdir', 'open', 'link', 'writeFile'])
syncBuiltinESMExports()
const Database = createRequire(import.meta.url)('better-sqlite3') as typeof BetterSqlite
watch(Database.prototype as unknown as Record<string, unknown>, ['prepare', 'exec', 'close'])

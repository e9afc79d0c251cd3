import { randomBytes } from 'node:crypto'
import type { Logger, Runtime } from '../../src/runtime.ts'

export interface TestRuntime extends Runtime {
  readonly clock: { now(): number; advance(ms: number): void }
}

/** A clock that moves only when told, real randomness, and a log that nobody reads. */
export function createTestRuntime(now = Date.UTC(2026, 0, 1)): TestRuntime {
  let time = now
  return {
    clock: {
      now: () => time,
      advance(ms) {
        time += ms
      },
    },
    random: { bytes: (count) => randomBytes(count) },
    log: silentLog,
  }
}

const silentLog: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLog,
}

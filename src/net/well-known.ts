import type { Clock, Random } from '../runtime.ts'
import type { HttpClient } from './http-client.ts'

export interface WellKnown {
  /** The server name that `hostname` delegates to, or null when there is no valid delegation. Never throws. */
  lookup(hostname: string): Promise<{ readonly delegated: string } | null>
}

export interface WellKnownOptions {
  readonly http: HttpClient
  readonly clock: Clock
  readonly random: Random
}

export function createWellKnown(options: WellKnownOptions): WellKnown {
  throw new Error(`not written ${options.clock.now()}`)
}

import type { DoctorWorld } from './world.ts'

/** The parts of an installation, in the order in which a report names them. */
export const areas = {
  configuration: 'Configuration',
  storage: 'Data directory and database',
  keys: 'Keys',
  clock: 'Clock',
  server: 'Server',
  'public-url': 'Public URL and reverse proxy',
  homeserver: 'Homeserver',
  backends: 'Backends',
  notifications: 'Mail and text messages',
  federation: 'Federation',
  deliveries: 'Deliveries and invitations',
  updates: 'Updates',
} as const

export type Area = keyof typeof areas

/** What a fault is, wherever it is met: the text of its entry in `docs/doctor.md`. */
export interface Fault {
  readonly status: 'warning' | 'problem'
  /** What does not work because of it, as a sentence or two. */
  readonly meaning: string
  /** Why it usually is so, as a sentence. */
  readonly cause: string
  /** What to do, as a sentence; commands and lines ready to paste. */
  readonly fix: string
}

/** Faults by their stable codes (kebab-case): scripts, the console and the documentation refer to them. */
export type Faults = Readonly<Record<string, Fault>>

/** One thing that a check has seen. */
export interface Result {
  /** Of the fault; of the check itself where all is well. */
  readonly code: string
  readonly status: 'ok' | 'warning' | 'problem'
  /** What of several it is about (a backend, a path); null where there is only one. */
  readonly subject: string | null
  /** What was seen, as a sentence or two. Never an address of a person, never a secret. */
  readonly detail: string
  readonly cause: string | null
  readonly fix: string | null
}

export interface DoctorCheck {
  /** Stable, kebab-case: what a finding carries that is fine or was skipped. */
  readonly code: string
  readonly area: Area
  /** What it looks at, as a phrase that can stand in a list. */
  readonly title: string
  readonly faults: Faults
  /** Longest time, in milliseconds, what it waits for included. Default 2,000. */
  readonly limitMs?: number
  /**
   * Throws `NotPossible` where something it needs is missing. Whatever else it throws is a defect, which the runner
   * reports as one.
   */
  run(world: DoctorWorld, signal: AbortSignal): Promise<readonly Result[]>
}

/** For checks that look into the database, which may be a server far away. */
export const STORAGE_LIMIT_MS = 6_000

/** For checks that wait for what others find out, or ask several times in turn. */
export const LONG_LIMIT_MS = 8_500

/** A result with everything that a report shows. */
export interface Finding extends Omit<Result, 'status'> {
  readonly status: 'ok' | 'warning' | 'problem' | 'skipped'
  readonly area: Area
  /** Code of the check. */
  readonly check: string
  /** Title of the check. */
  readonly title: string
  /** Where the documentation tells more; null where there is nothing to do. */
  readonly link: string | null
  /** How long the whole check took. */
  readonly ms: number
}

import type { Exchange } from './exchange.ts'
import type { DemoMail } from './mailbox.ts'

export interface StepHeading {
  readonly number: number
  readonly of: number
  /** Stable, for scripts. */
  readonly id: string
  readonly title: string
}

/** Where things are while the demo runs. */
export interface Places {
  readonly signpost: string
  readonly admin: string
  readonly homeserver: string
  readonly mailbox: string
  readonly dataDir: string
}

/** How the story reaches its audience: a terminal or a script. */
export interface Teller {
  opening(places: Places): void
  heading(step: StepHeading): void
  /** A paragraph. */
  say(text: string): void
  /** Lines that stand as they are. */
  rows(lines: readonly string[]): void
  exchange(exchange: Exchange): void
  /** `brief`: the reader has seen one like it. */
  mail(mail: DemoMail, brief: boolean): void
  check(claim: string, holds: boolean): void
  /** Something went wrong that no check expected. */
  fault(message: string): void
  stepDone(ok: boolean): void
  closing(outcome: { readonly steps: number; readonly checks: number; readonly ok: boolean }): void
}

/**
 * What the outside world lends to every part of Signpost. Nothing else in `src/` reads the clock, draws random
 * numbers or writes a log line by itself, so that tests can hold all three in their hands.
 */
export interface Runtime {
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
}

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
}

export interface Random {
  /** `count` bytes from a cryptographic source. */
  bytes(count: number): Buffer
}

/** The slice of pino that Signpost uses. Never pass a full address, token or secret: see `activity/masking.ts`. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): Logger
}

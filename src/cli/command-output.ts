export interface CommandOutput {
  /** One line to standard output, without its newline. */
  out(line: string): void
  /** One line to standard error, without its newline. */
  err(line: string): void
  readonly dataDir: string
  /** Answer in JSON, for scripts. */
  readonly json: boolean
}

/** Exit codes of every command (64: `EX_USAGE` of sysexits.h). `configuration` also stands for other bad input files. */
export const exitCodes = { fine: 0, unexpected: 1, configuration: 2, notFound: 3, usage: 64 } as const

import { parseArgs, type ParseArgsConfig } from 'node:util'
import { systemErrorCode } from '../config/file-error.ts'

/** The command line cannot be understood; the message says what to write. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** `parseArgs` of Node, strict, with positionals. Throws `UsageError`. */
export function parseWords<T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    if (error instanceof Error && systemErrorCode(error)?.startsWith('ERR_PARSE_ARGS') === true) {
      throw new UsageError(error.message, { cause: error })
    }
    throw error
  }
}

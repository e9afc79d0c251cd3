import { pino, stdSerializers, type DestinationStream, type Logger as PinoLogger } from 'pino'
import type { Logger } from '../runtime.ts'
import { maskText } from './masking.ts'

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** False writes addresses in full, as the operator asked. */
  readonly masked: () => boolean
  /** Default: standard error, so that commands can print to standard output. */
  readonly destination?: DestinationStream
}

/** Names of fields whose values never reach a line, whoever passes them. */
const secretFields = [
  'token',
  'access_token',
  'authorization',
  'client_secret',
  'password',
  'private_key',
  'seed',
]

/** Structured lines (JSON). Addresses are masked wherever they stand: in messages, errors and fields. */
export function createLogger(options: LogOptions): Logger {
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretFields.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => (options.masked() ? (masked(fields) as Record<string, unknown>) : fields),
      },
    },
    options.destination ?? pino.destination({ dest: 2, sync: false, minLength: 0 }),
  )
  return toLogger(logger)
}

function toLogger(logger: PinoLogger): Logger {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: (fields) => toLogger(logger.child(fields)),
  }
}

const MAX_DEPTH = 5

function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskText(value)
  if (value instanceof Error) return masked(stdSerializers.err(value), depth + 1)
  if (Array.isArray(value)) return value.map((each) => masked(each, depth + 1))
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, masked(each, depth + 1)]))
}

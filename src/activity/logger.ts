import { pino, stdSerializers, type DestinationStream, type Logger as PinoLogger } from 'pino'
import type { Logger } from '../runtime.ts'
import { maskText } from './masking.ts'

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** False writes addresses in full, as the operator asked. */
  readonly masked: () => boolean
  /** Default: standard error, so that commands can print to standard output. */
  readonly destination?: DestinationStream
  /** Gets lines as well, from a level of its own on. */
  readonly second?: { readonly level: LogOptions['level']; readonly stream: DestinationStream }
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
      level: lowest(options.level, options.second?.level),
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretFields.flatMap((name) => [name, `*.${name}`]), censor: '[secret]' },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => (options.masked() ? (masked(fields) as Record<string, unknown>) : fields),
      },
    },
    streamOf(options),
  )
  return toLogger(logger, options.masked)
}

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const

function lowest(level: LogOptions['level'], other: LogOptions['level'] = level): LogOptions['level'] {
  return levels.indexOf(other) < levels.indexOf(level) ? other : level
}

function streamOf({ level, destination, second }: LogOptions): DestinationStream {
  const first = destination ?? pino.destination({ dest: 2, sync: false, minLength: 0 })
  if (second === undefined) return first
  const streams = [{ level, stream: first }, second].filter(({ level }) => level !== 'silent')
  // `level` is never `silent` here, which pino's types of streams do not know.
  return pino.multistream(streams as Parameters<typeof pino.multistream>[0], { dedupe: false })
}

/** pino's formatters see the fields of a line, but neither its message nor what a child adds to all its lines. */
function toLogger(logger: PinoLogger, isMasked: () => boolean): Logger {
  const text = (message: string) => (isMasked() ? maskText(message) : message)
  return {
    debug: (fields, message) => logger.debug(fields, text(message)),
    info: (fields, message) => logger.info(fields, text(message)),
    warn: (fields, message) => logger.warn(fields, text(message)),
    error: (fields, message) => logger.error(fields, text(message)),
    child: (fields) => {
      const bindings = isMasked() ? (masked(fields) as Record<string, unknown>) : fields
      return toLogger(logger.child(bindings), isMasked)
    },
  }
}

const MAX_DEPTH = 5

function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return maskText(value)
  if (value instanceof Error) return masked(stdSerializers.err(value), depth + 1)
  if (Array.isArray(value)) return value.map((each) => masked(each, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return '[more]'
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, masked(each, depth + 1)]))
}

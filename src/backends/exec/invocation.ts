import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { BackendContext } from '../kind.ts'
import type { Processor } from './processors.ts'
import { replaceTokens, type TokenValues } from './tokens.ts'

/** A program as it is started. */
export interface Invocation {
  readonly name: string
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** For standard input; null when it gets none. */
  readonly input: string | null
  /** Texts that must not reach a log. */
  readonly confidential: readonly string[]
}

/** What a question says, in the forms a program can be given. */
export interface ProgramInput {
  /** Values of the tokens, in the order in which `plain` writes them. */
  readonly values: TokenValues
  readonly json: unknown
  /** Lines for `plain`, where they are not the values. */
  readonly lines?: readonly string[]
}

const publicWords: ReadonlySet<string> = new Set(['', 'email', 'msisdn', 'name', 'threepid'])

/**
 * Null when the values cannot be handed over without changing their meaning. Nobody is found for such a question,
 * since none of these texts is a name or an address that a directory has.
 */
export async function prepare(
  processor: Processor,
  { values, json, lines }: ProgramInput,
  context: BackendContext,
): Promise<Invocation | null> {
  const { name, command, tokens, input } = processor
  const args = processor.args.map((arg) => replaceTokens(arg, tokens, values))
  const written = Object.entries(processor.env).map(async ([variable, source]) => {
    const value = await context.secret(source, `${name}.env.${variable}`)
    return [variable, typeof source === 'string' ? replaceTokens(value, tokens, values) : value] as const
  })
  const env = { ...baseEnvironment(), ...Object.fromEntries(await Promise.all(written)) }

  // The operating system ends arguments and variables at a NUL.
  if ([...args, ...Object.values(env)].some((text) => text.includes('\0'))) return null
  if (hasStrayOption(processor.args, args)) return null

  const plainLines = lines ?? Object.values(values)
  if (input.type === 'plain' && plainLines.some((line) => /[\r\n\0]/.test(line))) return null
  const isPath = command.includes('/')
  const file = isPath ? resolve(context.dataDir, command) : command
  return {
    name,
    file,
    args,
    env,
    cwd: isPath ? dirname(file) : '/',
    input: inputOf(processor, values, json, plainLines),
    confidential: plainLines.flatMap((line) => line.split('\t')).filter((text) => !publicWords.has(text)),
  }
}

function inputOf(
  { input, tokens }: Processor,
  values: TokenValues,
  json: unknown,
  lines: readonly string[],
): string | null {
  if (input.type === 'none') return null
  if (input.template !== null) {
    const write = input.type === 'json' ? (value: string) => JSON.stringify(value).slice(1, -1) : undefined
    return replaceTokens(input.template, tokens, values, write)
  }
  return input.type === 'json' ? `${JSON.stringify(json)}\n` : lines.map((line) => `${line}\n`).join('')
}

/** True when a value begins an argument with `-` where no `--` before it says that options are over. */
function hasStrayOption(written: readonly string[], args: readonly string[]): boolean {
  const end = written.indexOf('--')
  return args.some(
    (arg, index) => arg.startsWith('-') && !written[index]?.startsWith('-') && (end === -1 || index < end),
  )
}

/** Nothing of Signpost's own environment but this: it may hold secrets. */
export function baseEnvironment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    LANG: process.env['LANG'] ?? 'C.UTF-8',
    HOME: homedir(),
  }
}

import { readFile } from 'node:fs/promises'
import { explainSystemError, systemErrorFix } from '../config/file-error.ts'
import { OperatorError } from '../config/operator-error.ts'
import { nearest } from '../config/suggest.ts'
import { gatewayFeatures, type GatewayFeature, type GatewayFeatures } from '../gateway/snippets/routes.ts'
import type { Snippet } from '../gateway/snippets/snippet.ts'
import { upstreamFrom, type Upstream } from '../gateway/snippets/upstream.ts'
import { exitCodes, type CommandOutput } from './config-commands.ts'
import { UsageError } from './usage-error.ts'

/** The word that says what is wanted. Throws `UsageError`. */
export function chooseKind<T extends string>(
  kinds: readonly T[],
  words: readonly string[],
  command: string,
): T {
  const [word] = words
  if (word === undefined) throw new UsageError(`"${command}" needs one of ${kinds.join(', ')}.`)
  const kind = kinds.find((one) => one === word)
  if (kind !== undefined) return kind
  const meant = nearest(word, kinds)
  throw new UsageError(
    `There is no "${command} ${word}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
  )
}

/** `--feature NAME`, each on top of what the configuration switches on. Throws `UsageError`. */
export function readFeatures(names: readonly string[] = []): Partial<GatewayFeatures> {
  const unknown = names.find((name) => !gatewayFeatures.includes(name as GatewayFeature))
  if (unknown !== undefined) {
    throw new UsageError(`There is no feature "${unknown}". There are ${gatewayFeatures.join(', ')}.`)
  }
  return Object.fromEntries(names.map((name) => [name, true]))
}

/** A URL without a path. Throws `UsageError`. */
export function readUpstream(option: string, url: string | undefined): Upstream | undefined {
  if (url === undefined) return undefined
  const upstream = upstreamFrom(url)
  if (upstream !== null) return upstream
  throw new UsageError(`--${option} takes a URL without a path, such as http://127.0.0.1:8008.`)
}

/** Reads a file that the command line names. Throws `OperatorError`. */
export async function readInput(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new OperatorError('input-unreadable', {
      tried: `read ${file}`,
      likelyCause: explainSystemError(cause, file),
      fix: systemErrorFix(cause, file, 'read'),
      cause,
    })
  }
}

/** Prints a snippet, ready for a file; with `--json` as an object. */
export function printSnippet(io: CommandOutput, kind: string, { text, place, remarks }: Snippet): number {
  if (io.json) io.out(JSON.stringify({ kind, place, remarks, text }))
  else io.out(text.trimEnd())
  return exitCodes.fine
}

/** Runs a command whose words may be wrong. */
export async function orUsage(
  io: CommandOutput,
  args: readonly string[],
  usage: readonly string[],
  work: () => Promise<number>,
): Promise<number> {
  if (args.includes('--help') || args[0] === 'help') {
    for (const line of usage) io.out(line)
    return exitCodes.fine
  }
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    for (const line of [error.message, '', ...usage]) io.err(line)
    return exitCodes.usage
  }
}

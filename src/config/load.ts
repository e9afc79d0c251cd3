import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Document } from 'yaml'
import { crossCheck } from './cross-checks.ts'
import { explainIssue } from './explain-issue.ts'
import { explainSystemError, systemErrorCode, systemErrorFix } from './file-error.ts'
import { configJsonSchema } from './json-schema.ts'
import { migrateText } from './migrations/migrate-text.ts'
import { OperatorError } from './operator-error.ts'
import { ConfigError, formatPath, type ConfigProblem, type Finding, type KeyPath } from './problems.ts'
import { readValues } from './read-values.ts'
import { configSchema, type Config } from './schema.ts'
import { parseYaml, type YamlSource } from './yaml-source.ts'

export const configFileName = 'signpost.yaml'

export interface ParsedConfig {
  readonly config: Config
  /** The file as YAML, with its comments. */
  readonly document: Document
  /** What the file itself says, without defaults; durations are text, secrets are in it. */
  readonly values: Readonly<Record<string, unknown>>
}

export interface LoadedConfig extends ParsedConfig {
  readonly path: string
  /** False when there is no file and everything has its default. */
  readonly exists: boolean
}

/**
 * Reads `signpost.yaml` in the data directory; without one, every key has its default. Throws `ConfigError` with all
 * problems, or `OperatorError` when the file is there but cannot be read.
 */
export async function loadConfig(dataDir: string): Promise<LoadedConfig> {
  const path = join(dataDir, configFileName)
  const text = await readConfigFile(path)
  return { ...parseConfig(text ?? '', configFileName), path, exists: text !== null }
}

/** The text of the configuration file, `null` when there is none. Throws `OperatorError`. */
export async function readConfigFile(path: string): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    const encoding = error instanceof TypeError
    throw new OperatorError('config-unreadable', {
      tried: `read ${path}`,
      likelyCause: encoding ? 'The file is not UTF-8 text.' : explainSystemError(error, path),
      fix: encoding ? 'Save it with the encoding UTF-8.' : systemErrorFix(error, path, 'read'),
      cause: error,
    })
  }
}

/**
 * Reads and checks a whole configuration, in today's form or in a former one. Throws `ConfigError` with every problem, in
 * the order of the file.
 */
export function parseConfig(text: string, fileName: string): ParsedConfig {
  const source = parseYaml(migrateText(text))
  if (source.problems.length > 0) throw new ConfigError(fileName, source.problems)
  const { config, values, findings } = check(source)
  if (config !== undefined && findings.length === 0) return { config, document: source.document, values }
  const problems = findings.map(({ keys, ...words }): ConfigProblem => {
    return { path: formatPath(keys), ...source.locate(keys), ...words }
  })
  throw new ConfigError(
    fileName,
    problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)),
  )
}

interface Checked {
  readonly config: Config | undefined
  readonly values: Record<string, unknown>
  readonly findings: readonly Finding[]
}

function check(source: YamlSource): Checked {
  const schema = configJsonSchema()
  const values = readValues(source, schema)
  const parsed = parseValues(values)
  const asRecord = values as Record<string, unknown>
  if (parsed.success) return { config: parsed.data, values: asRecord, findings: crossCheck(parsed.data) }
  const findings = parsed.error.issues.flatMap((issue) => explainIssue(issue, schema, values))
  return { config: undefined, values: asRecord, findings: [...findings, ...checkTheRest(values, findings)] }
}

// An empty message marks the issues for which the schema has no words of its own.
const parseValues = (values: unknown) => configSchema.safeParse(values, { error: () => '' })

/**
 * The rules across keys for a file that the schema refuses: the refused keys are taken out, and what concerns their
 * neighbours is not reported, since it may follow from what was taken out.
 */
function checkTheRest(values: unknown, refused: readonly Finding[]): readonly Finding[] {
  const config = withoutRefused(structuredClone(values))
  if (config === undefined) return []
  return crossCheck(config).filter(({ keys }) => !refused.some((other) => concerns(other.keys, keys)))
}

/** Keys of a top-level section stand for themselves; deeper ones (`smtp.user`, `smtp.password`) depend on each other. */
function concerns(refused: KeyPath, keys: KeyPath): boolean {
  return beginsWith(keys, refused) || (refused.length > 2 && beginsWith(keys, refused.slice(0, -1)))
}

/** Taking out a key can leave its section incomplete, hence the rounds; the depth of the schema bounds them. */
function withoutRefused(values: unknown): Config | undefined {
  for (let round = 0; round < 6; round++) {
    const parsed = parseValues(values)
    if (parsed.success) return parsed.data
    const paths = parsed.error.issues.flatMap(({ path, ...issue }) =>
      issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path],
    )
    // Backwards, so that taking an item out of a list does not move the next one to be taken out.
    for (const path of paths.toReversed()) remove(values, path)
  }
  return undefined
}

/** Takes out what stands at a path; where nothing does (a missing key), the section that lacks it. */
function remove(values: unknown, path: readonly PropertyKey[]): void {
  const last = path.at(-1)
  if (last === undefined) return
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((value, key) => (isContainer(value) ? value[key] : undefined), values)
  if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else if (isContainer(parent) && last in parent) Reflect.deleteProperty(parent, last)
  else remove(values, path.slice(0, -1))
}

function isContainer(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === 'object' && value !== null
}

function beginsWith(keys: KeyPath, start: KeyPath): boolean {
  return start.every((key, index) => keys[index] === key)
}

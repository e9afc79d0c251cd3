import { changesBetween } from '../../config/changes-between.ts'
import { configJsonSchema, type SchemaNode } from '../../config/json-schema.ts'
import { configFileName, parseConfig, type LoadedConfig } from '../../config/load.ts'
import { ConfigError, formatPath } from '../../config/problems.ts'
import { previewText } from '../../config/save.ts'
import { hideSecrets } from '../../config/secret-values.ts'
import { parseYaml } from '../../config/yaml-source.ts'
import { unifiedDiff } from '../../gateway/homeserver-yaml/unified-diff.ts'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { HandlerAnswer } from '../api/route.ts'
import type { wizardContract } from './contract.ts'

type Preview = HandlerAnswer<(typeof wizardContract)['GET /api/wizard/preview']>
type Settings = Readonly<Record<string, unknown>>

/** The file's values and what the draft makes of them. */
export async function drafted(dataDir: string, settings: Settings) {
  const { before } = await previewText({ dataDir, changes: [] })
  const schema = configJsonSchema()
  const changes = changesBetween(parseYaml(before).values, settings, schema)
  const { after } = await previewText({ dataDir, changes })
  return { before, after, changes, schema }
}

/** The configuration as it would be with the draft. Throws `ConfigError` when it cannot be used. */
export async function loadDraft(dataDir: string, settings: Settings): Promise<LoadedConfig> {
  const { after } = await drafted(dataDir, settings)
  return { ...parseConfig(after, configFileName), path: join(dataDir, configFileName), exists: true }
}

/** What applying the draft would change. */
export async function previewDraft(dataDir: string, settings: Settings): Promise<Preview> {
  const { before, after, changes, schema } = await drafted(dataDir, settings)
  const former = parseYaml(before).values
  const shown = changes.map(({ path, value }) => {
    const at = (values: unknown) => valueAt(hideSecrets(values, schema), path) ?? null
    return { path: formatPath(path), before: at(former), after: at(nest(path, value)) }
  })
  const diff = unifiedDiff(withoutSecrets(before, schema), withoutSecrets(after, schema), {
    name: configFileName,
    mayShow: () => true,
  })
  return { changes: shown, diff, problems: problemsOf(after) }
}

function problemsOf(text: string): Preview['problems'] {
  try {
    parseConfig(text, configFileName)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ path, message, fix }) => ({ path, message, fix }))
  }
}

/** Comments are left out with the secrets: they may hold one that was commented out. */
function withoutSecrets(text: string, schema: SchemaNode): string {
  const values = hideSecrets(parseYaml(text).values, schema)
  return Object.keys(values as object).length === 0 ? '' : stringify(values, { lineWidth: 0 })
}

function valueAt(values: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    values,
  )
}

const nest = (path: readonly (string | number)[], value: unknown): unknown =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)

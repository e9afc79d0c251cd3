import { loadConfig } from '../../config/load.ts'
import type { Config } from '../../config/schema.ts'
import { readKeyFile } from '../../keys/key-file.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { join } from 'node:path'
import type { LeftTable, Reading, SectionName } from './data.ts'
import { createFindings, type ImportFinding } from './findings.ts'
import { mergeKeys, type KeyOutcome } from './keys.ts'
import { openMxisd } from './mxisd/open.ts'
import type { OpenedImport } from './opened.ts'
import { addTemplates } from './settings/add-templates.ts'
import type { SettingOutcome } from './settings/draft.ts'
import { mergeSettings, type MergeChoices } from './settings/merge.ts'
import type { ImportSource } from './source.ts'
import { openStage } from './stage.ts'
import { openSydent } from './sydent/open.ts'
import type { TemplateOutcome } from './templates.ts'
import { previewData, type SectionCounts } from './write/write-data.ts'

/** The Signpost that an import goes into. */
export interface ImportWorld {
  readonly dataDir: string
  readonly runtime: Runtime
  /** Its database; null while there is none, which is enough for a plan. */
  readonly storage: Storage | null
  /** What seals secrets; absent: the key file of the data directory. */
  readonly sealingKey?: Buffer
}

export interface ImportChoices extends MergeChoices {
  /** Sections that are left out: `keys`, `settings`, or rows. Default: none. */
  readonly without?: readonly ImportPart[]
}

export type ImportPart = 'keys' | 'settings' | 'data'

/** How far it is, by rows of the source. */
export interface ImportProgress {
  readonly part: ImportPart
  readonly section: SectionName | null
  readonly done: number
  readonly total: number
}

/** What an import would do, as plain values. Addresses are in full: it is for the operator, never for a log. */
export interface ImportPlan {
  /** May hold the password of a database. */
  readonly source: ImportSource
  readonly choices: ImportChoices
  readonly configPath: string
  readonly domain: string
  readonly database: 'sqlite' | 'postgres' | null
  /** Read these first. */
  readonly warnings: readonly string[]
  readonly keys: readonly KeyOutcome[]
  readonly settings: readonly SettingOutcome[]
  readonly templates: readonly TemplateOutcome[]
  readonly sections: readonly SectionCounts[]
  /** Odd rows and conflicts, each with the rule that was followed. */
  readonly findings: readonly ImportFinding[]
  readonly leftTables: readonly LeftTable[]
}

/**
 * Looks at another identity server and at this one, and says what an import would do. Nothing is written but a scratch file,
 * which goes away again.
 * @throws OperatorError when the other server cannot be read.
 */
export async function planImport(
  source: ImportSource,
  world: ImportWorld,
  choices: ImportChoices = {},
  tell: (progress: ImportProgress) => void = () => {},
): Promise<ImportPlan> {
  const opened = await openImport(source, world)
  try {
    const parts = partsOf(choices)
    const settings = parts.has('settings')
      ? (await mergeSettings(world.dataDir, addTemplates(opened), choices)).outcomes
      : []
    const { sections, findings } = parts.has('data')
      ? await previewRows(opened, world, tell)
      : { sections: [], findings: [] }
    return {
      source,
      choices,
      configPath: opened.configPath,
      domain: opened.domain,
      database: opened.database?.kind ?? null,
      warnings: opened.warnings,
      keys: parts.has('keys') ? await previewKeys(opened, world) : [],
      settings,
      templates: opened.templates.outcomes,
      sections,
      findings,
      leftTables: opened.leftTables,
    }
  } finally {
    await opened.close()
  }
}

/** Opens the other server for reading. Throws `OperatorError`. */
export async function openImport(source: ImportSource, world: ImportWorld): Promise<OpenedImport> {
  const { config, values } = await loadConfig(world.dataDir)
  const options = {
    ownDomain: isSet(values, config) ? config.matrix.domain : null,
    expireAfter: config.invitations.expireAfter,
    now: world.runtime.clock.now(),
  }
  return source.kind === 'sydent'
    ? await openSydent(source, options)
    : await openMxisd(source, source.kind, options)
}

function isSet(values: Readonly<Record<string, unknown>>, { matrix }: Config): boolean {
  return values['matrix'] !== undefined && matrix.domain !== 'localhost'
}

export function partsOf({ without = [] }: ImportChoices): ReadonlySet<ImportPart> {
  return new Set((['keys', 'data', 'settings'] as const).filter((part) => !without.includes(part)))
}

export const keyFileOf = (dataDir: string) => join(dataDir, 'signing-keys.json')

async function previewKeys(opened: OpenedImport, { dataDir, runtime }: ImportWorld) {
  if (opened.keys === null) return []
  return mergeKeys(await readKeyFile(keyFileOf(dataDir)), opened.keys, runtime).outcomes
}

async function previewRows(
  opened: OpenedImport,
  { dataDir, runtime, storage }: ImportWorld,
  tell: (progress: ImportProgress) => void,
) {
  const stage = await openStage(dataDir)
  try {
    const findings = createFindings()
    const reading = readingOf(stage, findings, runtime, tell)
    return {
      sections: await previewData(storage?.db ?? null, opened.data, reading),
      findings: findings.list(),
    }
  } finally {
    await stage.close()
  }
}

export function readingOf(
  stage: Reading['stage'],
  findings: Reading['findings'],
  runtime: Runtime,
  tell: (progress: ImportProgress) => void,
): Reading {
  return {
    stage,
    findings,
    now: runtime.clock.now(),
    tell: (section, done, total) => tell({ part: 'data', section, done, total }),
  }
}

import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { noteContact } from '../../appservice/transactions.ts'
import { saveConfig } from '../../config/save.ts'
import { createSealer, loadSealingKey } from '../../config/sealing.ts'
import { writeNewFile } from '../../config/write-file.ts'
import { forgetNotedKeys } from '../../keys/key-guard.ts'
import { readKeyFile, saveKeyFile } from '../../keys/key-file.ts'
import { makeDataDir } from '../../make-data-dir.ts'
import type { Storage } from '../../storage/storage.ts'
import { createChannel } from './channel.ts'
import { createFindings, type ImportFinding } from './findings.ts'
import { mergeKeys, type KeyOutcome } from './keys.ts'
import type { OpenedImport } from './opened.ts'
import {
  keyFileOf,
  openImport,
  partsOf,
  readingOf,
  type ImportPlan,
  type ImportProgress,
  type ImportWorld,
} from './plan.ts'
import { addTemplates, templateFolder } from './settings/add-templates.ts'
import type { SettingOutcome } from './settings/draft.ts'
import { mergeSettings, sealChanges, type MergeChoices } from './settings/merge.ts'
import { openStage } from './stage.ts'
import { writeData, type SectionCounts } from './write/write-data.ts'

export interface ImportResult {
  readonly keys: readonly KeyOutcome[]
  readonly sections: readonly SectionCounts[]
  readonly findings: readonly ImportFinding[]
  readonly settings: readonly SettingOutcome[]
  /** Signpost reads signing keys and some settings at its start only. */
  readonly restartNeeded: boolean
}

/** Progress while it works; the last value carries the result. */
export type ImportEvent =
  ({ readonly type: 'progress' } & ImportProgress) | { readonly type: 'done'; readonly result: ImportResult }

type Running = ImportWorld & { readonly storage: Storage }

/**
 * Does what the plan says, with the other server as it is now. Keys, rows and settings are three steps, each of which
 * happens as a whole or not at all, in this order: rows refer to keys, and settings lead clients here. A second run changes
 * nothing, and one after a break does what was left. An abandoned iteration ends the work where it can still be undone.
 * @throws OperatorError
 */
export async function* runImport(plan: ImportPlan, world: Running): AsyncGenerator<ImportEvent, void> {
  const channel = createChannel<ImportProgress>()
  const abandoned = new AbortController()
  const work = importAll(plan, world, (progress) => {
    abandoned.signal.throwIfAborted()
    channel.send(progress)
  })
  // An iteration that is given up does not hear how it ended.
  work.catch(() => {})
  const steps = channel.during(work)
  try {
    for (;;) {
      const step = await steps.next()
      if (step.done === true) {
        yield { type: 'done', result: step.value }
        return
      }
      yield { type: 'progress', ...step.value }
    }
  } finally {
    abandoned.abort()
    await work.catch(() => {})
  }
}

async function importAll(
  { source, choices }: ImportPlan,
  world: Running,
  tell: (progress: ImportProgress) => void,
): Promise<ImportResult> {
  await makeDataDir(world.dataDir)
  const opened = await openImport(source, world)
  try {
    const parts = partsOf(choices)
    const whole = (part: 'keys' | 'settings', done: number) => tell({ part, section: null, done, total: 1 })
    whole('keys', 0)
    const keys = parts.has('keys') ? await importKeys(opened, world) : []
    whole('keys', 1)
    const rows = parts.has('data') ? await importRows(opened, world, tell) : { sections: [], findings: [] }
    whole('settings', 0)
    const settings = parts.has('settings')
      ? await importSettings(opened, world, choices)
      : { outcomes: [], changed: false }
    world.runtime.log.info({ kind: source.kind, sections: rows.sections }, 'imported another identity server')
    const isKeyNew = keys.some(({ outcome }) => outcome !== 'there')
    return { keys, ...rows, settings: settings.outcomes, restartNeeded: isKeyNew || settings.changed }
  } finally {
    await opened.close()
  }
}

/**
 * First the database forgets what the names stood for, then the file is replaced: the start after a crash between the two
 * notes down the key that it finds.
 */
async function importKeys(opened: OpenedImport, { dataDir, runtime, storage }: Running) {
  if (opened.keys === null) return []
  const path = keyFileOf(dataDir)
  const merged = mergeKeys(await readKeyFile(path), opened.keys, runtime)
  if (merged.file !== null) {
    await forgetNotedKeys(storage, merged.reassigned)
    await saveKeyFile(path, merged.file)
  }
  return merged.outcomes
}

/** One transaction for all rows. It may run again after a deadlock, so everything in it begins anew. */
async function importRows(
  opened: OpenedImport,
  { dataDir, runtime, storage }: Running,
  tell: (progress: ImportProgress) => void,
) {
  return await storage.transaction(async (tx) => {
    const stage = await openStage(dataDir)
    try {
      const findings = createFindings()
      const reading = readingOf(stage, findings, runtime, tell)
      const sections = await writeData(tx, opened.data, reading, { runtime, findings, stage })
      if (opened.heardUntil !== null) await noteContact(tx, opened.heardUntil)
      return { sections, findings: findings.list() }
    } finally {
      await stage.close()
    }
  })
}

/** The templates first: nobody reads them before signpost.yaml names their folder. */
async function importSettings(opened: OpenedImport, world: Running, choices: MergeChoices) {
  const { dataDir, runtime, sealingKey } = world
  const { outcomes, changes } = await mergeSettings(dataDir, addTemplates(opened), choices)
  if (changes.length === 0) return { outcomes, changed: false }
  const namesTemplates = changes.some(
    ({ path, value }) => path.at(-1) === 'templates' && value === templateFolder,
  )
  if (namesTemplates) await writeTemplates(opened, dataDir)
  const key = sealingKey ?? (await loadSealingKey(dataDir, runtime.random))
  const sealer = createSealer(key, runtime.random)
  await saveConfig({ dataDir, changes: sealChanges(changes, sealer), clock: runtime.clock })
  return { outcomes, changed: true }
}

/** A whole folder at once. One that is there was not named by signpost.yaml, so it is what a broken import left behind. */
async function writeTemplates({ templates, settings }: OpenedImport, dataDir: string): Promise<void> {
  const language = settings.values().find(({ path }) => path.join('.') === 'notifications.email.language')
  const passing = join(dataDir, `${templateFolder}.new`)
  await rm(passing, { recursive: true, force: true })
  const folder = join(passing, typeof language?.value === 'string' ? language.value : 'en')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const { name, text } of templates.files) await writeNewFile(join(folder, name), text)
  const target = join(dataDir, templateFolder)
  await rm(target, { recursive: true, force: true })
  await rename(passing, target)
}

import { mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Clock } from '../runtime.ts'
import { editText, type ConfigChange } from './edit-text.ts'
import { explainSystemError, systemErrorCode, systemErrorFix, systemErrorPath } from './file-error.ts'
import { configFileName, parseConfig, readConfigFile } from './load.ts'
import { OperatorError } from './operator-error.ts'
import type { Config } from './schema.ts'
import { replaceFile, syncDirectory, writeNewFile } from './write-file.ts'

export interface SaveOptions {
  readonly dataDir: string
  readonly changes: readonly ConfigChange[]
  readonly clock: Clock
}

export interface SavedConfig {
  readonly config: Config
  readonly path: string
  /** Where the former file is kept; `null` when there was none, or nothing changed. */
  readonly archivedTo: string | null
}

/** Enough to go back over a month of daily changes; the files are a few kilobytes each. */
const archivesKept = 30

/**
 * Changes single keys of `signpost.yaml` and leaves comments and order alone. The result is checked whole before
 * anything is written: throws `ConfigError` when it cannot be used, `OperatorError` when it cannot be read or written.
 * Callers take turns; two overlapping calls would lose the changes of one.
 */
export async function saveConfig({ dataDir, changes, clock }: SaveOptions): Promise<SavedConfig> {
  const path = await realPath(join(dataDir, configFileName))
  const before = await readConfigFile(path)
  const after = changes.reduce(editText, before ?? '')
  const { config } = parseConfig(after, configFileName)
  if (after === before) return { config, path, archivedTo: null }
  return { config, path, archivedTo: await replaceConfigFile(dataDir, before, after, clock) }
}

/** Writes the file anew and keeps the former text. Answers where that is; `null` when there was none. */
export async function replaceConfigFile(
  dataDir: string,
  before: string | null,
  after: string,
  clock: Clock,
): Promise<string | null> {
  const path = await realPath(join(dataDir, configFileName))
  try {
    const archivedTo = before === null ? null : await archive(join(dataDir, 'archive'), before, clock)
    await replaceFile(path, after)
    return archivedTo
  } catch (error) {
    throw new OperatorError('config-unwritable', {
      tried: `write ${path}`,
      likelyCause: explainSystemError(error, systemErrorPath(error) ?? path),
      fix: systemErrorFix(error, systemErrorPath(error) ?? dirname(path), 'write'),
      cause: error,
    })
  }
}

/** What `saveConfig` would make of the file, checked whole; nothing is written. Throws as it does. */
export async function previewConfig(options: Omit<SaveOptions, 'clock'>): Promise<Config> {
  return parseConfig((await previewText(options)).after, configFileName).config
}

/** The text of the file before and after; an absent one is empty. Not checked. Throws `OperatorError`. */
export async function previewText({
  dataDir,
  changes,
}: Omit<SaveOptions, 'clock'>): Promise<{ readonly before: string; readonly after: string }> {
  const before = (await readConfigFile(join(dataDir, configFileName))) ?? ''
  return { before, after: changes.reduce(editText, before) }
}

/** Keeps a copy of the former file, readable by its owner alone, and lets the oldest copies go. */
async function archive(folder: string, text: string, clock: Clock): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const stamp = new Date(clock.now()).toISOString().replaceAll(':', '-')
  const path = await writeUnderFreeName(join(folder, `signpost-${stamp}`), text)
  await syncDirectory(folder)
  const copies = (await readdir(folder)).filter((name) => /^signpost-\d{4}-.*\.yaml$/.test(name)).sort()
  for (const name of copies.slice(0, -archivesKept)) await rm(join(folder, name), { force: true })
  return path
}

async function writeUnderFreeName(stem: string, text: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = number === 1 ? `${stem}.yaml` : `${stem}_${number}.yaml`
    try {
      await writeNewFile(path, text)
      return path
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error
    }
  }
}

/** A linked file is changed where it is, and the link stays. */
async function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

import { mkdir, readdir, realpath, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isAlias, isMap, isScalar, type Document } from 'yaml'
import type { Clock } from '../runtime.ts'
import { explainSystemError, systemErrorCode, systemErrorFix } from './file-error.ts'
import { configFileName, parseConfig, readConfigFile } from './load.ts'
import { OperatorError } from './operator-error.ts'
import type { KeyPath } from './problems.ts'
import type { Config } from './schema.ts'
import { replaceFile, syncDirectory, writeNewFile } from './write-file.ts'
import { parseYaml } from './yaml-source.ts'

export interface ConfigChange {
  readonly path: KeyPath
  /** The value as it stands in the file (durations as text); `undefined` takes the key out, so that it has its default. */
  readonly value: unknown
}

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
  const after = edit(before ?? '', changes)
  const { config } = parseConfig(after, configFileName)
  if (after === before) return { config, path, archivedTo: null }
  try {
    const archivedTo = before === null ? null : await archive(join(dataDir, 'archive'), before, clock)
    await replaceFile(path, after)
    return { config, path, archivedTo }
  } catch (error) {
    throw new OperatorError('config-unwritable', {
      tried: `write ${path}`,
      likelyCause: explainSystemError(error, path),
      fix: systemErrorFix(error, dirname(path), 'write'),
      cause: error,
    })
  }
}

/** The text with the changes made. Throws `ConfigError` where the text is no YAML to begin with. */
function edit(text: string, changes: readonly ConfigChange[]): string {
  const { document, problems } = parseYaml(text)
  // Unreadable YAML cannot be edited; parsing it whole says what is wrong with it.
  if (problems.length > 0 || changes.length === 0) return text
  for (const { path, value } of changes) {
    if (value === undefined) removeKey(document, path)
    else setKey(document, path, value)
  }
  return document.toString({ lineWidth: 0 })
}

function setKey(document: Document, path: KeyPath, value: unknown): void {
  makeRoom(document, path)
  const existing = document.getIn(path, true)
  // A new node, so that nothing of the former notation (quotes, number format) clings to the value; its comments stay.
  const node = document.createNode(value)
  if (isScalar(existing) && isScalar(node)) {
    node.comment = existing.comment ?? null
    node.commentBefore = existing.commentBefore ?? null
    if (typeof value === 'string' && existing.type !== undefined) node.type = existing.type
  }
  document.setIn(path, node)
}

/** `setIn` refuses to go through an empty section (`lookup:`), a plain value or a reference: they become sections. */
function makeRoom(document: Document, path: KeyPath): void {
  for (let depth = 0; depth < path.length; depth++) {
    const parent = path.slice(0, depth)
    const node = depth === 0 ? document.contents : document.getIn(parent, true)
    if (!isScalar(node) && !isAlias(node)) continue
    const map = document.createNode(isAlias(node) ? node.toJS(document) : {})
    if (node.commentBefore) map.commentBefore = node.commentBefore
    if (depth === 0) document.contents = map
    else document.setIn(parent, map)
  }
}

/** Takes out a key, and the sections around it that are empty then. */
function removeKey(document: Document, path: KeyPath): void {
  if (!document.hasIn(path)) return
  document.deleteIn(path)
  const parent = path.slice(0, -1)
  const section = document.getIn(parent, true)
  if (parent.length > 0 && isMap(section) && section.items.length === 0) removeKey(document, parent)
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

import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Config } from '../../config/schema.ts'

export interface OwnFile {
  /** Within the data directory, with slashes on every platform. */
  readonly path: string
  readonly bytes: number
  readonly mode: number
}

/** The ending of every backup. */
export const backupEnding = '.signpost'

/** Folders of the data directory in which a restore, or a trial of one, works, and what restores have replaced. */
export const restoreFolder = '.restore'
export const trialFolder = '.trial'
export const replacedFolder = 'replaced'
/** The request for an import, and the files of the other server that were sent for it, keys among them. */
export const takeOverFolder = '.take-over'

/** What comes back by itself, or tells about this machine and this moment alone. */
const leftOut = new Set([
  ...['log', 'mail', 'sms', 'cache', 'snapshots', 'lost+found'],
  ...['signpost.lock', 'network-change.json', 'network-change.request.json'],
  ...[restoreFolder, trialFolder, replacedFolder, takeOverFolder],
])

/** Backups, and what a killed process left half-written. */
const passing = new RegExp(`(\\${backupEnding}|\\.partial|\\.new)$`)

/** The rows of the database travel by themselves. */
const companions = ['', '-wal', '-shm', '-journal']

/**
 * Everything in the data directory that is the installation's own: settings, keys, certificates, templates, scripts.
 * What is not known is taken along. Links to files count as files; links to folders are not followed.
 */
export async function listOwnFiles(
  dataDir: string,
  config: Pick<Config, 'storage' | 'backup'>,
): Promise<readonly OwnFile[]> {
  const databases = [config.storage.type === 'sqlite' ? config.storage.path : '', 'signpost.db']
  const skipped = new Set([
    ...databases.flatMap((name) => companions.map((ending) => resolve(dataDir, name + ending))),
    resolve(dataDir, config.backup.folder),
  ])
  const found: OwnFile[] = []
  const walk = async (folder: string) => {
    for (const entry of await readFolder(folder)) {
      const place = join(folder, entry.name)
      if (skipped.has(place) || (folder === dataDir && leftOut.has(entry.name))) continue
      if (entry.isDirectory()) await walk(place)
      else if (!passing.test(entry.name)) found.push(...(await asFile(dataDir, place)))
    }
  }
  await walk(dataDir)
  return found
}

async function readFolder(folder: string): Promise<readonly Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Sockets, and links that lead nowhere, are nothing to keep. */
async function asFile(dataDir: string, place: string): Promise<readonly OwnFile[]> {
  const seen = await stat(place).catch(() => null)
  if (seen === null || !seen.isFile()) return []
  const path = relative(dataDir, place).split(sep).join('/')
  return [{ path, bytes: seen.size, mode: seen.mode & 0o777 }]
}

/** The place of a backed-up file below `folder`; null for a path that would lead out of it. */
export function placeBelow(folder: string, path: string): string | null {
  const parts = path.split('/')
  const isPlain = (part: string) => part !== '' && part !== '.' && part !== '..' && !/[\0\\:]/.test(part)
  if (isAbsolute(path) || !parts.every(isPlain)) return null
  return join(folder, ...parts)
}

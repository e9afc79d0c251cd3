import { readdir, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { sentFiles } from '../../migrate/take-over/staged-import.ts'
import type { Runtime } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'
import type { SentFile } from '../api/sent-file.ts'
import { receiveFile } from '../uploads/receive-file.ts'

export type SentPart = 'config' | 'database' | 'keys'

export interface ListedFile {
  readonly part: SentPart
  /** Within a key store; empty for a part that is one file. */
  readonly path: string
  readonly bytes: number
}

/** A text or a key is small; a database of a million associations has 300 MB. */
const MAX_BYTES: Readonly<Record<SentPart, number>> = {
  config: 4 * 1024 ** 2,
  database: 16 * 1024 ** 3,
  keys: 1024 ** 2,
}

const plainName = /^[\w][\w.-]{0,100}$/

/** Keeps a file of the other server. Throws what `receiveFile` throws. */
export async function keepSentFile(
  file: SentFile,
  { dataDir, runtime }: { readonly dataDir: string; readonly runtime: Runtime },
  part: SentPart,
  path: string,
): Promise<void> {
  const place =
    part === 'keys' ? join(sentFiles(dataDir), 'keys', ...namesOf(path)) : join(sentFiles(dataDir), part)
  await receiveFile({ file, runtime, path: place, maxBytes: MAX_BYTES[part] })
}

/** Throws `AdminError` `invalid` for what could lead out of the folder. */
function namesOf(path: string): readonly string[] {
  const names = path.split('/')
  if (names.length <= 4 && names.every((name) => plainName.test(name))) return names
  throw new AdminError('invalid', {
    problems: [
      { path: 'path', message: 'Not a place within a key store.', fix: 'Such as: regular/ed25519/0' },
    ],
  })
}

export async function removeSentPart(dataDir: string, part: SentPart): Promise<void> {
  await rm(join(sentFiles(dataDir), part), { recursive: true, force: true })
}

export async function listSentFiles(dataDir: string): Promise<readonly ListedFile[]> {
  const folder = sentFiles(dataDir)
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const listed = await Promise.all(
    names.map(async (name): Promise<readonly ListedFile[]> => {
      const [part, ...rest] = name.split(sep)
      const seen = await stat(join(folder, name)).catch(() => null)
      if (seen?.isFile() !== true || (part !== 'config' && part !== 'database' && part !== 'keys')) return []
      return name.endsWith('.partial') ? [] : [{ part, path: rest.join('/'), bytes: seen.size }]
    }),
  )
  return listed.flat()
}

/** Where an import finds what was sent. Throws `AdminError` where the configuration is missing. */
export async function sentSource(dataDir: string) {
  const folder = sentFiles(dataDir)
  const files = await listSentFiles(dataDir)
  const has = (part: SentPart) => files.some((file) => file.part === part)
  if (!has('config')) {
    throw new AdminError('invalid', {
      problems: [{ path: 'config', message: 'Its configuration file is missing.', fix: 'Send it first.' }],
    })
  }
  const keys = files.filter(({ part }) => part === 'keys')
  // The single file of old versions stands alone; a key store is a folder with folders in it.
  const [only] = keys.length === 1 && keys[0]?.path.includes('/') === false ? keys : []
  return {
    path: join(folder, 'config'),
    ...(has('database') ? { database: join(folder, 'database') } : {}),
    ...(keys.length === 0
      ? {}
      : { keys: only === undefined ? join(folder, 'keys') : join(folder, 'keys', only.path) }),
  }
}

/** The same place as a person knows it: without the folder into which it was sent. */
export const shownPath = (dataDir: string, path: string) =>
  relative(sentFiles(dataDir), path).startsWith('..') ? path : relative(sentFiles(dataDir), path)

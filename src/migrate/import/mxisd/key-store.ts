import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemErrorCode } from '../../../config/file-error.ts'
import { decodeBase64 } from '../../../matrix/base64.ts'
import type { ImportedKey, ImportedKeys } from '../keys.ts'
import { readInput, unreadable } from '../source.ts'

/** The files of a key store that need not be read at once: every invitation leaves a key in it. */
export interface KeyStore extends ImportedKeys {
  /** Seed of the key that was made for one invitation; null when its file is gone or damaged. */
  ephemeral(serial: string): Promise<Buffer | null>
}

const keyFile = z.object({ key: z.string() })
const currentFile = z.object({ serial: z.string() })
const serialPattern = /^[A-Za-z0-9_-]{1,64}$/

/**
 * The signing keys of mxisd and ma1sd: a folder (`current`, `regular/ed25519/<serial>`, `ephemeral/ed25519/<serial>`), or
 * the single file of mxisd before 1.4, whose key was called `ed25519:0`. A folder by the name `sign.key` is usual, too.
 * Throws `OperatorError` when there is no key, or it is damaged.
 */
export async function readKeyStore(path: string): Promise<KeyStore> {
  const found = await stat(path).catch(() => null)
  if (found?.isDirectory() !== true) return await readSingleFile(path)
  const regular = await readFolder(join(path, 'regular', 'ed25519'))
  const serial = await readCurrent(join(path, 'current'))
  const current = regular.find(({ id }) => id === `ed25519:${serial}`) ?? regular[0]
  if (current === undefined) throw noKey(path, 'The key store holds no signing key.')
  return {
    current,
    others: regular.filter((key) => key !== current),
    ephemeral: (name) => readSeed(join(path, 'ephemeral', 'ed25519'), name),
  }
}

async function readSingleFile(path: string): Promise<KeyStore> {
  const lines = (await readInput(path)).toString('utf8').split('\n')
  const seed = seedOf(lines.find((line) => line.trim() !== '')?.trim() ?? '')
  if (seed === null) throw noKey(path, 'It holds no key (32 bytes in base64).')
  return { current: { id: 'ed25519:0', seed }, others: [], ephemeral: async () => null }
}

async function readFolder(folder: string): Promise<readonly ImportedKey[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw unreadable(
      folder,
      'The folder cannot be read.',
      `Let the user that runs the import read ${folder}.`,
      error,
    )
  })
  const keys: ImportedKey[] = []
  for (const name of names.toSorted()) {
    const seed = await readSeed(folder, name)
    if (seed !== null) keys.push({ id: `ed25519:${name}`, seed })
  }
  return keys
}

/** The name comes out of a database: it must not lead anywhere else. */
async function readSeed(folder: string, name: string): Promise<Buffer | null> {
  if (!serialPattern.test(name)) return null
  const json = await readJson(join(folder, name))
  const content = keyFile.safeParse(json)
  return content.success ? seedOf(content.data.key) : null
}

async function readCurrent(path: string): Promise<string | null> {
  const content = currentFile.safeParse(await readJson(path))
  return content.success ? content.data.serial : null
}

/** Null for a file that is missing or damaged. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown
  } catch {
    return null
  }
}

function seedOf(text: string): Buffer | null {
  const seed = decodeBase64(text)
  return seed?.length === 32 ? Buffer.from(seed) : null
}

const noKey = (path: string, cause: string) =>
  unreadable(path, cause, 'Name the key store with --keys; without the key, invitations in rooms break.')

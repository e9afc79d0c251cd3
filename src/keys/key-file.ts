import { constants } from 'node:fs'
import { open, readFile, rename } from 'node:fs/promises'
import { z } from 'zod'
import type { Runtime } from '../runtime.ts'

const key32 = z.base64().refine((text) => Buffer.from(text, 'base64').length === 32, 'has to be 32 bytes')

/** What stands in `signing-keys.json`, readable by Signpost's own user only (0600). */
const keyFileSchema = z.strictObject({
  version: z.literal(1),
  /** Base64 of 32 bytes: validation codes are derived from it, so that none is ever stored. */
  secret: key32,
  /** The last one without `retiredAt` signs; retired ones stay valid for what they signed. */
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(/^ed25519:[A-Za-z0-9_]+$/),
        /** Base64 of the 32-byte seed. */
        seed: key32,
        createdAt: z.int(),
        retiredAt: z.int().nullable(),
      }),
    )
    .min(1),
})

export type KeyFile = z.output<typeof keyFileSchema>

/** Reads the key file, or creates it with a first key. Two processes starting at once end up with the same file. */
export async function loadKeyFile(file: string, runtime: Runtime): Promise<KeyFile> {
  const existing = await readIfThere(file)
  if (existing !== null) return parseKeyFile(existing, file)
  const created: KeyFile = {
    version: 1,
    secret: runtime.random.bytes(32).toString('base64'),
    keys: [newKey('ed25519:0', runtime)],
  }
  try {
    await writeDurably(file, created, constants.O_EXCL)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      return await loadKeyFile(file, runtime)
    throw error
  }
  return created
}

/** Replaces the key file in one step: a crash leaves the old one or the new one, never half of one. */
export async function saveKeyFile(file: string, content: KeyFile): Promise<void> {
  const temporary = `${file}.new`
  await writeDurably(temporary, content, constants.O_TRUNC)
  await rename(temporary, file)
}

export function newKey(id: string, runtime: Runtime): KeyFile['keys'][number] {
  return {
    id,
    seed: runtime.random.bytes(32).toString('base64'),
    createdAt: runtime.clock.now(),
    retiredAt: null,
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function parseKeyFile(text: string, file: string): KeyFile {
  try {
    return keyFileSchema.parse(JSON.parse(text))
  } catch (cause) {
    // Never replace it: without the old key, invitations that stand in rooms can no longer be accepted.
    throw new Error(`${file} is damaged. Restore it from a backup; do not delete it.`, { cause })
  }
}

async function writeDurably(file: string, content: KeyFile, flag: number): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | constants.O_CREAT | flag, 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

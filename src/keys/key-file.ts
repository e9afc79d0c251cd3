import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { systemErrorCode } from '../config/file-error.ts'
import { OperatorError } from '../config/operator-error.ts'
import { createFile, replaceFile } from '../config/write-file.ts'
import type { Runtime } from '../runtime.ts'

const key32 = z.base64().refine((text) => Buffer.from(text, 'base64').length === 32, 'has to be 32 bytes')

/** What stands in `signing-keys.json`, readable by Signpost's own user only (0600). */
const keyFileSchema = z.strictObject({
  version: z.literal(1),
  /** Base64 of 32 bytes: validation codes are derived from it, so that none is stored but in a message on its way. */
  secret: key32,
  /** The last one without `retiredAt` signs; retired ones stay valid for what they signed. */
  keys: z
    .array(
      z.strictObject({
        // The dash is not in the grammar of key ids, but in those that mxisd made; taken over, they keep their name.
        id: z.string().regex(/^ed25519:[A-Za-z0-9_-]+$/),
        /** Base64 of the 32-byte seed. */
        seed: key32,
        createdAt: z.int(),
        retiredAt: z.int().nullable(),
      }),
    )
    .min(1),
})

export type KeyFile = z.output<typeof keyFileSchema>

/**
 * Reads the key file, or creates it with a first key. Two processes starting at once end up with the same file.
 * @throws OperatorError `signing-keys-damaged`.
 */
export async function loadKeyFile(file: string, runtime: Runtime): Promise<KeyFile> {
  const existing = await readKeyFile(file)
  if (existing !== null) return existing
  const created: KeyFile = {
    version: 1,
    secret: runtime.random.bytes(32).toString('base64'),
    keys: [newKey('ed25519:0', runtime)],
  }
  return (await createFile(file, textOf(created))) ? created : await loadKeyFile(file, runtime)
}

/** Reads the key file; null when there is none. Throws like `loadKeyFile`. */
export async function readKeyFile(file: string): Promise<KeyFile | null> {
  const text = await readIfThere(file)
  return text === null ? null : parseKeyFile(text, file)
}

/** Replaces the key file in one step: a crash leaves the old one or the new one, never half of one. */
export async function saveKeyFile(file: string, content: KeyFile): Promise<void> {
  await replaceFile(file, textOf(content))
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
    if (systemErrorCode(error) === 'ENOENT') return null
    throw error
  }
}

function parseKeyFile(text: string, file: string): KeyFile {
  try {
    return keyFileSchema.parse(JSON.parse(text))
  } catch (cause) {
    // Never replace it: without the old key, invitations that stand in rooms can no longer be accepted.
    throw new OperatorError('signing-keys-damaged', {
      tried: 'read the signing keys',
      likelyCause: `${file} is damaged.`,
      fix: 'Restore it from a backup; do not delete it.',
      cause,
    })
  }
}

const textOf = (content: KeyFile) => `${JSON.stringify(content, null, 2)}\n`

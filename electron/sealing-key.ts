import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import type { SafeStorage } from 'electron'
import { z } from 'zod'
import { systemErrorCode } from '../src/config/file-error.ts'
import { OperatorError } from '../src/config/operator-error.ts'
import { keptInKeychain, readKey, sealingKeyFile } from '../src/config/sealing.ts'
import { replaceFile } from '../src/config/write-file.ts'
import { ShellFailure } from './shell-failure.ts'

export interface SealingKeyOptions {
  readonly safeStorage: SafeStorage
  readonly platform: NodeJS.Platform
  readonly dataDir: string
  /** Holds the key as the keychain has encrypted it. */
  readonly vaultFile: string
}

export interface SealingKey {
  /** In base64, for the server; null: it reads its own file. */
  readonly key: string | null
  /** For people: that the key is not in a keychain, and why. */
  readonly note: string | null
}

const vaultSchema = z.object({ backend: z.string(), key: z.base64() })
type Vault = z.infer<typeof vaultSchema>

const KEY_BYTES = 32

/**
 * The key that opens sealed secrets. With a keychain it lies there, and a mark stands in the place of the key file; without
 * one it lies in the key file. When a keychain comes or goes, the key moves. A key file with a key in it is always the
 * newest: a restored backup brings it. Throws `ShellFailure` when the key is in a keychain that does not give it.
 */
export async function openSealingKey(options: SealingKeyOptions): Promise<SealingKey> {
  const { dataDir, vaultFile, safeStorage } = options
  const backend = keychainOf(options)
  const file = sealingKeyFile(dataDir)
  const inFile = await keyInFile(file)
  if (inFile !== null) {
    if (backend === null) return { key: null, note: noKeychain }
    return await moveIn(options, backend, inFile)
  }
  const vault = await readVault(vaultFile)
  if (vault === null) {
    if (backend === null) return { key: null, note: noKeychain }
    return await moveIn(options, backend, randomBytes(KEY_BYTES))
  }
  const key = decrypt(safeStorage, vault)
  if (backend === null) {
    await replaceFile(file, `${key.toString('base64')}\n`)
    await rm(vaultFile, { force: true })
    return { key: null, note: noKeychain }
  }
  if (vault.backend !== backend) return await moveIn(options, backend, key)
  return { key: key.toString('base64'), note: null }
}

const noKeychain =
  'This system has no keychain that could keep the key of your secrets. It lies in the file sealing.key, which only your user can read.'

/** The name of a real keychain; null when there is none. */
function keychainOf({ safeStorage, platform }: SealingKeyOptions): string | null {
  if (!safeStorage.isEncryptionAvailable()) return null
  if (platform !== 'linux') return platform
  const backend = safeStorage.getSelectedStorageBackend()
  // Encrypts with a password that stands in Chromium's source (Electron, `safeStorage`).
  return backend === 'basic_text' || backend === 'unknown' ? null : backend
}

/** First the keychain's copy, proved by reading it back; only then the mark in the place of the file. */
async function moveIn({ safeStorage, dataDir, vaultFile }: SealingKeyOptions, backend: string, key: Buffer) {
  const text = key.toString('base64')
  const vault: Vault = { backend, key: safeStorage.encryptString(text).toString('base64') }
  if (!decrypt(safeStorage, vault).equals(key)) throw unreachable(backend)
  await replaceFile(vaultFile, `${JSON.stringify(vault)}\n`)
  await replaceFile(sealingKeyFile(dataDir), keptInKeychain)
  return { key: text, note: null }
}

async function keyInFile(file: string): Promise<Buffer | null> {
  try {
    return await readKey(file)
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'sealing-key-elsewhere') return null
    throw error
  }
}

async function readVault(file: string): Promise<Vault | null> {
  try {
    return vaultSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw new ShellFailure('sealing-key-invalid', {
      tried: 'read the key that seals secrets',
      likelyCause: `${file} is damaged or cannot be read.`,
      fix: 'Put it, or sealing.key, back from a backup of this machine.',
    })
  }
}

function decrypt(safeStorage: SafeStorage, { backend, key }: Vault): Buffer {
  let text
  try {
    text = safeStorage.decryptString(Buffer.from(key, 'base64'))
  } catch {
    throw unreachable(backend)
  }
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== KEY_BYTES) throw unreachable(backend)
  return bytes
}

const unreachable = (backend: string) =>
  new ShellFailure('sealing-key-elsewhere', {
    tried: 'get the key that seals secrets out of the keychain',
    likelyCause: `It was put into the keychain "${backend}", which is locked, or not the one of this session.`,
    fix: 'Log in to the desktop with which Signpost was set up, unlock its keychain, and try again. Or put sealing.key back from a backup.',
  })

import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { systemErrorCode } from '../../config/file-error.ts'
import { replaceFile } from '../../config/write-file.ts'

/** What a TLS listener needs, as PEM: the chain with the leaf first, and the private key. */
export interface Material {
  readonly cert: string
  readonly key: string
}

/** Where certificates that Signpost makes or fetches lie, and what belongs to them. */
export interface TlsFiles {
  readonly acmeAccount: string
  readonly acmeState: string
  readonly acmeCertificate: string
  readonly authority: string
  readonly selfSigned: string
}

export function tlsFiles(dataDir: string): TlsFiles {
  const at = (name: string) => join(dataDir, 'tls', name)
  return {
    acmeAccount: at('acme-account.json'),
    acmeState: at('acme.json'),
    acmeCertificate: at('acme.pem'),
    authority: at('authority.pem'),
    selfSigned: at('self-signed.pem'),
  }
}

/** For the owner alone. */
export async function makeTlsFolder(dataDir: string): Promise<void> {
  await mkdir(join(dataDir, 'tls'), { recursive: true, mode: 0o700 })
}

const KEY = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]*?-----END \1PRIVATE KEY-----\n?/

/**
 * Certificate and key lie in one file, so that there is never one without the other. Null when there is no such file, or
 * when no listener could serve what is in it.
 */
export async function readMaterial(file: string): Promise<Material | null> {
  const text = await readText(file)
  const [key] = KEY.exec(text ?? '') ?? []
  if (text === null || key === undefined) return null
  const material = { key, cert: text.replace(KEY, '') }
  return isServable(material) ? material : null
}

/** OpenSSL has the last word; it refuses short keys and old hashes, for example. */
export function isServable(material: Material): boolean {
  try {
    createSecureContext(material)
    return true
  } catch {
    return false
  }
}

export async function writeMaterial(file: string, { cert, key }: Material): Promise<void> {
  await replaceFile(file, key + cert)
}

/** Null when there is no such file. */
export async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw error
  }
}

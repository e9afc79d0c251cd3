import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemErrorCode } from '../config/file-error.ts'
import { OperatorError } from '../config/operator-error.ts'
import { createFile, replaceFile } from '../config/write-file.ts'

/** An RSA key (RFC 7518, section 6.3). RS256 is what every OpenID client understands (OpenID Connect Core, 15.1). */
const jwkSchema = z.strictObject({
  ...{ kty: z.literal('RSA'), use: z.literal('sig'), alg: z.literal('RS256'), kid: z.string().min(1) },
  ...{ n: z.string(), e: z.string(), d: z.string(), p: z.string(), q: z.string() },
  ...{ dp: z.string(), dq: z.string(), qi: z.string() },
})

/** Where it is: a file of its own in the data directory. */
export const oidcKeyFile = (dataDir: string): string => join(dataDir, 'oidc-keys.json')

/** What stands in it, readable by Signpost's own user only (0600). */
const keyFileSchema = z.strictObject({
  version: z.literal(1),
  /** Base64 of 32 bytes: signs the cookies of the sign-in page, and what its form sends back. */
  cookieSecret: z.base64(),
  /** The oldest first. */
  keys: z.array(z.strictObject({ createdAt: z.int(), jwk: jwkSchema })).min(1),
})

export type OidcKeyFile = z.output<typeof keyFileSchema>
export type OidcKey = OidcKeyFile['keys'][number]

/** Null when there is none. @throws OperatorError `oidc-keys-damaged`. */
export async function readOidcKeyFile(file: string): Promise<OidcKeyFile | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  try {
    return keyFileSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new OperatorError('oidc-keys-damaged', {
      tried: 'read the keys of the OpenID provider',
      likelyCause: `${file} is damaged.`,
      fix: 'Restore it from a backup, or delete it: Signpost then makes new keys, and whoever is signing in begins again.',
      cause,
    })
  }
}

/** False when another process was faster. */
export const createOidcKeyFile = (file: string, content: OidcKeyFile): Promise<boolean> =>
  createFile(file, textOf(content))

export const saveOidcKeyFile = (file: string, content: OidcKeyFile): Promise<void> =>
  replaceFile(file, textOf(content))

const textOf = (content: OidcKeyFile) => `${JSON.stringify(content, null, 2)}\n`

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { BackendFailure } from '../failure.ts'
import type { BackendContext } from '../kind.ts'
import type { FirebaseConfig } from './config.ts'

const keyFileShape = z.object({
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().nullish(),
  project_id: z.string().nullish(),
  token_uri: z.url({ protocol: /^https?$/ }).nullish(),
})

/** What a service account's key says, with what the configuration overrides. */
export interface ServiceAccount {
  readonly clientEmail: string
  readonly privateKey: KeyObject
  readonly keyId: string | null
  readonly projectId: string
  readonly tokenUrl: string
}

/** Reads the key afresh, so that a new file counts at once. Throws `BackendFailure` `configuration`. */
export async function readServiceAccount(
  config: FirebaseConfig,
  context: BackendContext,
): Promise<ServiceAccount> {
  const text = await context.secret(config.credentials, 'credentials')
  const key = parseKey(text)
  const projectId = config.projectId ?? key.project_id
  if (projectId === null || projectId === undefined || projectId === '') {
    throw new BackendFailure('configuration', 'The key names no project.', 'Set projectId.')
  }
  return {
    clientEmail: key.client_email,
    privateKey: readPrivateKey(key.private_key),
    keyId: key.private_key_id ?? null,
    projectId,
    tokenUrl: config.tokenUrl ?? key.token_uri ?? 'https://oauth2.googleapis.com/token',
  }
}

const fix = 'Download a new JSON key of the service account and name the file in credentials.'

function parseKey(text: string): z.output<typeof keyFileShape> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Without the cause: messages of JSON.parse quote the text, which is a secret.
    throw new BackendFailure('configuration', 'The credentials are not JSON.', fix)
  }
  const parsed = keyFileShape.safeParse(value)
  if (parsed.success) return parsed.data
  const member = parsed.error.issues[0]?.path.join('.') || 'everything'
  const message = `The credentials are no key of a service account: ${member} is missing.`
  throw new BackendFailure('configuration', message, fix)
}

function readPrivateKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // Said below, without quoting anything.
  }
  throw new BackendFailure('configuration', 'The private_key of the credentials is no RSA key.', fix)
}

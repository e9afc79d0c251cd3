import { createPrivateKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { replaceFile } from '../../../config/write-file.ts'
import { readText } from '../tls-files.ts'
import { keyPem, newServerKey } from '../x509/build.ts'
import type { AcmeClient } from './client.ts'
import { AcmeFailure } from './failure.ts'
import { bindExternalAccount, type Signer } from './jws.ts'

export interface AccountOptions {
  /** Where key and account URLs are kept. */
  readonly file: string
  readonly email: string | null
  /** The external account, when the authority wants one. */
  readonly external: { readonly keyId: string; readonly hmacKey: string } | null
}

export type Account = Signer & { readonly accountUrl: string }

/** One key for all authorities; an account at each that was used. */
const accountFile = z.object({ key: z.string(), accounts: z.record(z.string(), z.string()) })
type AccountFile = z.output<typeof accountFile>

/** The account at this authority, opened when there is none. Throws AcmeFailure. */
export async function openAccount(client: AcmeClient, options: AccountOptions): Promise<Account> {
  const known = await load(options.file)
  const key = createPrivateKey(known.key)
  const accountUrl = known.accounts[client.url]
  if (accountUrl !== undefined) return { key, accountUrl }
  const opened = await register(client, key, options)
  await save(options.file, { ...known, accounts: { ...known.accounts, [client.url]: opened } })
  return { key, accountUrl: opened }
}

/** For an authority that says it does not know the account (a test server after a restart). */
export async function forgetAccount(client: AcmeClient, { file }: AccountOptions): Promise<void> {
  const known = await load(file)
  const { [client.url]: _forgotten, ...accounts } = known.accounts
  await save(file, { ...known, accounts })
}

/** An authority that has the key already answers with its account (RFC 8555, section 7.3). */
async function register(client: AcmeClient, key: KeyObject, options: AccountOptions): Promise<string> {
  const { newAccount } = client.directory
  const { email, external } = options
  const answer = await client.post({ key, accountUrl: null }, newAccount, {
    termsOfServiceAgreed: true,
    ...(email === null ? {} : { contact: [`mailto:${email}`] }),
    ...(external === null
      ? {}
      : { externalAccountBinding: await bindExternalAccount(key, external, newAccount) }),
  })
  const { location } = answer.headers
  if (location === undefined) {
    throw new AcmeFailure('account-refused', 'The authority opened an account and did not say where.', FIX)
  }
  return location
}

const FIX = 'Remove tls/acme-account.json from the data directory; Signpost then opens a new account.'

async function load(file: string): Promise<AccountFile> {
  const text = await readText(file)
  if (text === null) {
    const fresh = { key: keyPem(newServerKey()), accounts: {} }
    await save(file, fresh)
    return fresh
  }
  try {
    return accountFile.parse(JSON.parse(text))
  } catch (cause) {
    throw new AcmeFailure('account-refused', 'The file with the account key is damaged.', FIX, { cause })
  }
}

const save = (file: string, content: AccountFile) =>
  replaceFile(file, `${JSON.stringify(content, null, 2)}\n`)

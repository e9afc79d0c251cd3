import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import type { Config } from '../config/schema.ts'
import type { SecretReader } from '../config/secrets.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { Accounts } from './accounts.ts'
import { createOidcKeyRing, type OidcKeys } from './keys.ts'
import type { OidcPages } from './pages.ts'
import type { SignInUnderWay } from './provider.ts'
import { readOidcSettings, type OidcSettings } from './settings.ts'

export interface OidcOptions {
  readonly storage: Pick<Storage, 'db'>
  readonly runtime: Runtime
  readonly config: () => Config
  readonly secrets: SecretReader
  /** In the data directory. */
  readonly keyFile: string
  readonly accounts: Accounts
  readonly pages: OidcPages
}

/** The provider of the configuration in force, with what its routes need besides. */
export interface RunningProvider {
  readonly provider: Provider
  readonly settings: OidcSettings
  /** The sign-in that the cookies of a request belong to; null when there is none, or it is over. */
  readonly findSignIn: (request: IncomingMessage, response: ServerResponse) => Promise<SignInUnderWay | null>
  /** What the form of a sign-in sends back. */
  readonly formToken: (uid: string) => string
  readonly isFormToken: (uid: string, token: string) => boolean
}

/**
 * Answers null while the provider is switched off. It is built with the first request, and anew whenever the
 * configuration, a secret or the keys have changed; what was begun with the former one goes on.
 */
export function createOidc(options: OidcOptions): () => Promise<RunningProvider | null> {
  const { config, secrets, runtime } = options
  const keyRing = createOidcKeyRing(options.keyFile, runtime)
  let built: { readonly from: string; readonly running: Promise<RunningProvider> } | null = null

  async function build(settings: OidcSettings, keys: OidcKeys): Promise<RunningProvider> {
    const { buildProvider, findSignIn } = await import('./provider.ts')
    const provider = buildProvider({ ...options, settings, keys })
    const formToken = (uid: string) =>
      createHmac('sha256', keys.cookieSecret).update(`sign-in ${uid}`).digest('base64url')
    return {
      provider,
      settings,
      findSignIn: (request, response) => findSignIn(provider, request, response),
      formToken,
      isFormToken: (uid, token) => isSame(formToken(uid), token),
    }
  }

  return async () => {
    const current = config()
    const { enabled, rotateKeysEvery } = current.authentication.oidc
    if (!enabled) return null
    const settings = await readOidcSettings(current, secrets)
    const keys = await keyRing.current(rotateKeysEvery)
    const from = createHash('sha256')
      .update(JSON.stringify([settings, keys]))
      .digest('hex')
    if (built?.from !== from) {
      const next = { from, running: build(settings, keys) }
      built = next
      next.running.catch(() => {
        if (built === next) built = null
      })
    }
    return await built.running
  }
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}

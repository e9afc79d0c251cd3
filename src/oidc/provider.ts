import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  errors,
  interactionPolicy,
  Provider,
  type Configuration,
  type KoaContextWithOIDC,
} from 'oidc-provider'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { claimsOfScopes, type Accounts } from './accounts.ts'
import { createAdapters } from './adapter.ts'
import type { OidcKeys } from './keys.ts'
import { pageHeaders, pageLanguage, type OidcPages } from './pages.ts'
import type { OidcClient, OidcSettings } from './settings.ts'

// The one module that loads the library, for those who have the provider switched on.

export interface ProviderOptions {
  readonly storage: Pick<Storage, 'db'>
  readonly runtime: Runtime
  readonly accounts: Accounts
  readonly pages: OidcPages
  readonly settings: OidcSettings
  readonly keys: OidcKeys
}

/** Seconds. A code is exchanged at once; what ID and access tokens tell is read at once. */
const lifetimes = { AuthorizationCode: 60, AccessToken: 300, IdToken: 300, Interaction: 900 }

/** What the sign-in page has to know of the library's interaction. */
export interface SignInUnderWay {
  readonly uid: string
  /** Of the client's request, which the library has checked. */
  readonly params: Readonly<Record<string, unknown>>
}

const scopes = Object.keys(claimsOfScopes)

/** The provider of these settings and keys. All its state is in the database, so that another one can take its place. */
export function buildProvider(options: ProviderOptions): Provider {
  const { runtime, settings } = options
  const provider = new Provider(settings.issuer, configurationOf(options))
  // Where requests come from stands in headers that Signpost writes itself: see `routes.ts`.
  provider.proxy = true
  provider.on('server_error', (_ctx, err) => runtime.log.error({ err }, 'the OpenID provider failed'))
  return provider
}

/** The sign-in that the cookies of a request belong to; null when there is none, or it is over. */
export async function findSignIn(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<SignInUnderWay | null> {
  try {
    return await provider.interactionDetails(request, response)
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return null
    throw error
  }
}

function configurationOf({
  storage,
  runtime,
  accounts,
  settings,
  ...options
}: ProviderOptions): Configuration {
  const { issuer, clients, sessionLifetimeMs } = settings
  const { pages, keys } = options
  const { clock } = runtime
  const sessionSeconds = Math.max(60, Math.floor(sessionLifetimeMs / 1000))
  const usedBefore = () => new errors.InvalidGrant('authorization code already consumed')
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true } as const
  return {
    adapter: createAdapters({ storage, clock, usedBefore }),
    clients: clients.map(metadataOf),
    jwks: { keys: keys.keys.map((key) => ({ ...key })) },
    cookies: {
      keys: [keys.cookieSecret],
      names: { session: 'signpost_session', interaction: 'signpost_sign_in', resume: 'signpost_resume' },
      long: { ...cookie, path: new URL(issuer).pathname },
      short: cookie,
    },
    ttl: { ...lifetimes, Session: sessionSeconds, Grant: sessionSeconds + lifetimes.AccessToken },
    async findAccount(_ctx, id) {
      const claims = await accounts.find(id)
      return claims === null ? undefined : { accountId: id, claims: () => ({ ...claims }) }
    },
    scopes,
    claims: Object.fromEntries(Object.entries(claimsOfScopes).map(([scope, names]) => [scope, [...names]])),
    // MAS reads the ID token alone unless it is told otherwise.
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    subjectTypes: ['public'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientBasedCORS: () => false,
    loadExistingGrant: grantAll,
    interactions: { policy: policy(), url: (_ctx, { uid }) => `${new URL(issuer).pathname}/sign-in/${uid}` },
    renderError(ctx, out, error) {
      const reason = error instanceof errors.SessionNotFound ? 'expired' : 'refused'
      const detail = [out.error, out.error_description].filter(Boolean).join(': ')
      show(ctx, pages.failure(languageOf(ctx), reason, detail))
    },
    features: {
      devInteractions: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      dPoP: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx) {
          const action = ctx.oidc.urlFor('end_session_confirm')
          const token = String(ctx.oidc.session?.state?.['secret'] ?? '')
          show(ctx, pages.signOut(languageOf(ctx), { action, token }))
        },
        postLogoutSuccessSource: (ctx) => show(ctx, pages.signedOut(languageOf(ctx))),
      },
    },
  }
}

function metadataOf({ id, secret, secretBy, redirectUris, signOutUris }: OidcClient) {
  return {
    client_id: id,
    client_secret: secret,
    token_endpoint_auth_method: secretBy === 'basic' ? 'client_secret_basic' : 'client_secret_post',
    redirect_uris: [...redirectUris],
    post_logout_redirect_uris: [...signOutUris],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  } as const
}

/**
 * Clients stand in the configuration, so that the organisation has agreed for its people: nobody is asked for consent.
 * Somebody whose account is gone has to sign in anew, whatever the session says.
 */
function policy() {
  const { base, Check } = interactionPolicy
  const prompts = base()
  prompts.remove('consent')
  prompts
    .get('login')
    ?.checks.add(
      new Check('account_gone', 'End-User authentication is required', ({ oidc }) =>
        oidc.session?.accountId !== undefined && oidc.account === undefined
          ? Check.REQUEST_PROMPT
          : Check.NO_NEED_TO_PROMPT,
      ),
    )
  return prompts
}

async function grantAll({ oidc }: KoaContextWithOIDC) {
  const { client, session, account, provider } = oidc
  if (client === undefined || account === undefined) return undefined
  const known = session?.grantIdFor(client.clientId)
  const found = known === undefined ? undefined : await provider.Grant.find(known)
  if (found?.accountId === account.accountId) return found
  const grant = new provider.Grant({ clientId: client.clientId, accountId: account.accountId })
  grant.addOIDCScope(scopes.join(' '))
  await grant.save()
  return grant
}

function show(ctx: KoaContextWithOIDC, html: string): void {
  ctx.set(pageHeaders(html))
  ctx.body = html
}

function languageOf({ oidc, headers }: KoaContextWithOIDC): string | null {
  return pageLanguage(oidc.params?.['ui_locales'], headers['accept-language'])
}

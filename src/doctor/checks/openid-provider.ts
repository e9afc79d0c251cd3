import { createHash } from 'node:crypto'
import { z } from 'zod'
import { isUsedFor } from '../../backends/mirrored.ts'
import type { HttpClient, HttpRequest, HttpResponse } from '../../net/http-client.ts'
import { HttpFailure } from '../../net/http-failure.ts'
import { readOidcSettings, type OidcClient } from '../../oidc/settings.ts'
import { answerOf, describeSeen, jsonIn } from '../answers.ts'
import { LONG_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'openid-provider-missing': {
    status: 'problem',
    meaning:
      'The OpenID provider of Signpost is not there under the public URL, so that Matrix Authentication Service signs nobody in.',
    cause:
      'The proxy has no rule for /_signpost/oidc/, or Signpost was not told of the change of its settings.',
    fix: 'Print the rules of the proxy again: signpost proxy nginx (or apache, caddy, haproxy, traefik).',
  },
  'openid-page-missing': {
    status: 'problem',
    meaning: 'People who are sent to Signpost do not get the page on which they sign in.',
    cause: 'The proxy takes cookies away, or changes paths or redirects.',
    fix: 'Pass everything below /_signpost/oidc/ on as it is, Set-Cookie and Location included.',
  },
  'openid-client-refused': {
    status: 'problem',
    meaning: 'A client cannot exchange the code that it gets, so that nobody arrives there.',
    cause: 'The proxy takes the Authorization header away, or Signpost runs with an older secret.',
    fix: 'Pass the Authorization header on below /_signpost/oidc/, or write "secretBy: post" for the client, here and there.',
  },
  'openid-without-passwords': {
    status: 'problem',
    meaning: 'Nobody can sign in through the OpenID provider.',
    cause: 'No backend has the use "authentication".',
    fix: 'Set uses.authentication: true in a backend that knows passwords.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

const metadataSchema = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
})
const keysSchema = z.looseObject({ keys: z.array(z.looseObject({ kid: z.string() })).min(1) })
const refusalSchema = z.looseObject({ error: z.string() })

type Ask = (request: Omit<HttpRequest, 'trust' | 'signal'>) => Promise<HttpResponse | HttpFailure>
type Metadata = z.output<typeof metadataSchema>

/** Goes the way of a client and of a browser through the public URL, up to the password. */
export const openidProvider: DoctorCheck = {
  code: 'openid-provider',
  area: 'homeserver',
  title: 'the OpenID provider for Matrix Authentication Service',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run(world, signal) {
    const config = await world.config.need()
    if (!config.authentication.oidc.enabled) throw new NotPossible('The OpenID provider is switched off.')
    await world.door.need()
    const { issuer, clients } = await readOidcSettings(config, world.secrets)
    const ask = asking((await world.network.need()).http, signal)
    const document = await ask({ url: `${issuer}/.well-known/openid-configuration` })
    const metadata = read(metadataSchema, document)
    if (metadata?.issuer !== issuer) {
      return [
        found('openid-provider-missing', { detail: `Its document is answered ${describeSeen(document)}.` }),
      ]
    }
    const keys = await ask({ url: metadata.jwks_uri })
    if (read(keysSchema, keys) === null) {
      return [found('openid-provider-missing', { detail: `Its keys are answered ${describeSeen(keys)}.` })]
    }
    if (!config.backends.some((backend) => backend.enabled && isUsedFor(backend, 'authentication'))) {
      return [found('openid-without-passwords', { detail: 'No backend is asked for passwords.' })]
    }
    return (await Promise.all(clients.map((client) => tryClient(ask, metadata, client)))).flat()
  },
}

async function tryClient(ask: Ask, metadata: Metadata, client: OidcClient): Promise<readonly Result[]> {
  const page = await openPage(ask, metadata, client)
  if (page instanceof HttpFailure || page.status !== 200 || !page.body.includes('name="password"')) {
    const detail = `The page for the client is answered ${describeSeen(page)}.`
    return [found('openid-page-missing', { subject: client.id, detail })]
  }
  const exchange = await tryExchange(ask, metadata, client)
  // A right client with a wrong code (RFC 6749, section 5.2).
  if (read(refusalSchema, exchange)?.error !== 'invalid_grant') {
    const detail = `A trial of the client's secret is answered ${describeSeen(exchange)}.`
    return [found('openid-client-refused', { subject: client.id, detail })]
  }
  return [fine('openid-provider', 'Its page is shown, and its secret is taken.', client.id)]
}

/** As a browser: with the cookies, to where the first answer leads. */
async function openPage(
  ask: Ask,
  { authorization_endpoint: endpoint }: Metadata,
  { id, redirectUris }: OidcClient,
): Promise<HttpResponse | HttpFailure> {
  const query = new URLSearchParams({
    ...{ client_id: id, redirect_uri: redirectUris[0] ?? '', response_type: 'code', scope: 'openid' },
    code_challenge: createHash('sha256').update('signpost doctor').digest('base64url'),
    code_challenge_method: 'S256',
  })
  const begun = await ask({ url: `${endpoint}?${query}` })
  if (begun instanceof HttpFailure || begun.headers['location'] === undefined) return begun
  const cookies = begun.headers['set-cookie']?.match(/signpost_sign_in(\.sig)?=[^;,\s]+/g) ?? []
  const url = new URL(begun.headers['location'], endpoint)
  if (url.origin !== new URL(endpoint).origin) return begun
  return await ask({ url: url.href, headers: { cookie: cookies.join('; ') } })
}

async function tryExchange(
  ask: Ask,
  { token_endpoint: url }: Metadata,
  { id, secret, secretBy, redirectUris }: OidcClient,
): Promise<HttpResponse | HttpFailure> {
  const basic = Buffer.from([id, secret].map(encodeURIComponent).join(':')).toString('base64')
  const body = new URLSearchParams({
    ...{ grant_type: 'authorization_code', code: 'none', redirect_uri: redirectUris[0] ?? '' },
    code_verifier: 'signpost-doctor'.repeat(4),
    ...(secretBy === 'post' ? { client_id: id, client_secret: secret } : {}),
  })
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    ...(secretBy === 'basic' ? { authorization: `Basic ${basic}` } : {}),
  }
  return await ask({ method: 'POST', url, headers, body: body.toString() })
}

const asking =
  (http: HttpClient, signal: AbortSignal): Ask =>
  (request) =>
    answerOf(() => http.request({ ...request, trust: 'operator', signal }))

function read<T extends z.ZodType>(schema: T, seen: HttpResponse | HttpFailure): z.output<T> | null {
  return seen instanceof HttpFailure ? null : (schema.safeParse(jsonIn(seen)).data ?? null)
}

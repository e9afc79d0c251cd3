import { z } from 'zod'
import type { ClientWellKnown } from '../../doctor/client-well-known.ts'
import { readClientWellKnown } from '../../doctor/client-well-known.ts'
import { answerOf, jsonIn } from '../../doctor/answers.ts'
import { toldUrl } from '../../doctor/find-homeserver.ts'
import { HttpFailure, type HttpClient, type HttpResponse } from '../../net/http-client.ts'
import type { ServerDiscovery } from '../../net/server-discovery.ts'
import type { FederationClient } from '../../homeserver/federation-client.ts'
import type { HandlerAnswer } from '../api/route.ts'
import type { wizardContract } from './contract.ts'

export interface DiscoverOptions {
  readonly http: HttpClient
  readonly discovery: ServerDiscovery
  readonly federation: FederationClient
}

type Discovery = HandlerAnswer<(typeof wizardContract)['POST /api/wizard/discover']>

/** Synapse, Dendrite and the Conduit family all come with this port for clients behind a proxy, or with 6167. */
const usualLocal = ['http://127.0.0.1:8008', 'http://127.0.0.1:6167']
const REQUEST_MS = 4_000

const versions = z.looseObject({ versions: z.array(z.string()) })
const serverVersion = z.looseObject({
  server: z.looseObject({ name: z.string(), version: z.string().optional() }),
})
const metadata = z.looseObject({ issuer: z.string() })

/** Stable since v1.15 of the specification, and the name before that. */
const metadataPaths = [
  '/_matrix/client/v1/auth_metadata',
  '/_matrix/client/unstable/org.matrix.msc2965/auth_metadata',
]

/** What the world says of a Matrix domain. Asks at most a dozen questions; takes seconds where somebody is silent. */
export async function discoverDomain(
  options: DiscoverOptions,
  domain: string,
  homeserverUrl: string | null,
): Promise<Discovery> {
  const [wellKnown, federation] = await Promise.all([
    readClientWellKnown(options.http, domain),
    findFederation(options, domain),
  ])
  const named = homeserverUrl ?? toldUrl(domain, wellKnown)
  const homeserver = await findHomeserver(options, domain, [
    { url: named, isLocal: false },
    ...usualLocal.map((url) => ({ url, isLocal: true })),
  ])
  return { domain, wellKnown: describeWellKnown(wellKnown), federation, homeserver }
}

function describeWellKnown(found: ClientWellKnown): Discovery['wellKnown'] {
  const { state } = found
  const nothing = { state, homeserver: null, identityServer: null, why: null }
  switch (found.state) {
    case 'there':
      return { ...nothing, homeserver: found.homeserver, identityServer: found.identityServer }
    case 'broken':
      return { ...nothing, why: found.why }
    case 'unreachable':
      return { ...nothing, why: found.failure.message }
    case 'absent':
      return nothing
  }
}

async function findFederation(
  { discovery, federation }: DiscoverOptions,
  domain: string,
): Promise<Discovery['federation']> {
  try {
    const { via, describe } = await discovery.resolve(domain)
    const answer = await answerOf(() =>
      federation.request(domain, {
        method: 'GET',
        path: '/_matrix/federation/v1/version',
        timeoutMs: REQUEST_MS,
      }),
    )
    return { via, detail: describe, answers: !(answer instanceof HttpFailure) && answer.status === 200 }
  } catch (error) {
    if (error instanceof HttpFailure) return { via: null, detail: error.message, answers: false }
    throw error
  }
}

interface Candidate {
  readonly url: string
  readonly isLocal: boolean
}

/** The first candidate that speaks the client API. One on this machine counts only if it serves the domain. */
async function findHomeserver(
  options: DiscoverOptions,
  domain: string,
  candidates: readonly Candidate[],
): Promise<Discovery['homeserver']> {
  for (const { url, isLocal } of candidates) {
    const answer = await ask(options.http, `${url}/_matrix/client/versions`)
    if (answer === null || !versions.safeParse(answer).success) continue
    if (isLocal && (await serverNameOf(options.http, url)) !== domain) continue
    const [kind, usesMas] = await Promise.all([kindOf(options, domain, url), asksMas(options.http, url)])
    return { url, isLocal, usesMas, ...kind }
  }
  return null
}

/** The server that signs its own keys knows its name (Server-Server API, "Publishing keys"). */
async function serverNameOf(http: HttpClient, url: string): Promise<string | null> {
  const { data } = z
    .looseObject({ server_name: z.string() })
    .safeParse(await ask(http, `${url}/_matrix/key/v2/server`))
  return data?.server_name ?? null
}

type Kind = Pick<NonNullable<Discovery['homeserver']>, 'kind' | 'name' | 'version'>

async function kindOf({ http, federation }: DiscoverOptions, domain: string, url: string): Promise<Kind> {
  const path = '/_matrix/federation/v1/version'
  const direct = serverVersion.safeParse(await ask(http, url + path))
  const { data } = direct.success
    ? direct
    : serverVersion.safeParse(
        bodyOf(
          await answerOf(() => federation.request(domain, { method: 'GET', path, timeoutMs: REQUEST_MS })),
        ),
      )
  if (data === undefined) return { kind: 'unknown', name: null, version: null }
  const { name, version = null } = data.server
  return { kind: familyOf(name), name, version }
}

/** Continuwuity, Tuwunel and conduwuit are Conduit's children and are set up alike. */
function familyOf(name: string): Kind['kind'] {
  if (/synapse/i.test(name)) return 'synapse'
  if (/dendrite/i.test(name)) return 'dendrite'
  return /conduit|conduwuit|continuwuity|tuwunel|grapevine/i.test(name) ? 'conduit' : 'other'
}

async function asksMas(http: HttpClient, url: string): Promise<boolean> {
  const answers = await Promise.all(metadataPaths.map((path) => ask(http, url + path)))
  return answers.some((answer) => metadata.safeParse(answer).success)
}

async function ask(http: HttpClient, url: string): Promise<unknown> {
  return bodyOf(await answerOf(() => http.request({ url, trust: 'operator', timeoutMs: REQUEST_MS })))
}

const bodyOf = (answer: HttpResponse | HttpFailure): unknown =>
  answer instanceof HttpFailure || answer.status !== 200 ? null : (jsonIn(answer) ?? null)

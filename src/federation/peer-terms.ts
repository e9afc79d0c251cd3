import { z } from 'zod'
import { readAnswer, statusFailure, type PeerClient } from './peer-client.ts'
import { PeerFailure } from './peer-failure.ts'
import type { Peer } from './peer.ts'

/** A policy that a peer wants accepted. The URL of one language counts for all (Identity Service API, "Terms of service"). */
export interface Policy {
  readonly id: string
  readonly urls: readonly string[]
}

const termsPath = '/_matrix/identity/v2/terms'
const termsSchema = z.looseObject({ policies: z.record(z.string(), z.record(z.string(), z.unknown())) })
const documentSchema = z.looseObject({ url: z.url({ protocol: /^https?$/ }).max(500) })

/** All policies of a peer; asked without a token. Throws PeerFailure. */
export async function readPolicies(client: PeerClient, peer: Peer, signal: AbortSignal): Promise<Policy[]> {
  const response = await client.ask(peer, { path: termsPath, signal })
  const { policies } = readAnswer(response, termsSchema, 'The question for the terms')
  return Object.entries(policies).map(([id, texts]) => {
    const documents = Object.values(texts).map((text) => documentSchema.safeParse(text).data?.url)
    return { id, urls: [...new Set(documents.filter((url) => url !== undefined))] }
  })
}

/** The policies of which no URL is among `accepted`. */
export function openPolicies(policies: readonly Policy[], accepted: readonly string[]): readonly Policy[] {
  return policies.filter(({ urls }) => !urls.some((url) => accepted.includes(url)))
}

/**
 * Accepts the terms of a peer as far as the operator has accepted them, which has to be all of them: Signpost accepts
 * nothing that nobody has read. Throws PeerFailure `terms` with the URLs that are open.
 */
export async function acceptTerms(
  client: PeerClient,
  peer: Peer,
  account: { readonly token: string; readonly accepted: readonly string[] },
  signal: AbortSignal,
): Promise<void> {
  const policies = await readPolicies(client, peer, signal)
  const open = openPolicies(policies, account.accepted)
  if (open.length > 0 || policies.length === 0) throw notAccepted(peer, open)
  const body = {
    user_accepts: account.accepted.filter((url) => policies.some(({ urls }) => urls.includes(url))),
  }
  const response = await client.ask(peer, { path: termsPath, body, token: account.token, signal })
  if (response.status !== 200) throw statusFailure(response, 'The acceptance of the terms')
}

function notAccepted(peer: Peer, open: readonly Policy[]): PeerFailure {
  const urls = open.map((policy) => policy.urls.join(' or ')).join(', ')
  const fix =
    peer.trust === 'operator'
      ? `If you accept them, list one URL of each under "terms" of ${peer.name} in federation.central.`
      : 'Signpost accepts terms of central servers only. The operator of that server can take them off the lookup.'
  return new PeerFailure(
    'terms',
    `It wants its terms accepted first: ${urls || 'it does not say which'}.`,
    fix,
  )
}

import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import type { HttpResponse } from '../net/http-client.ts'
import type { OpenIdTokens } from './openid-token.ts'
import {
  isInTrouble,
  isMissing,
  matrixErrorIn,
  readAnswer,
  statusFailure,
  type PeerCall,
  type PeerClient,
} from './peer-client.ts'
import { PeerFailure, unusual } from './peer-failure.ts'
import { acceptTerms } from './peer-terms.ts'
import type { Peer } from './peer.ts'

/** Our accounts at other identity servers (Identity Service API, "Authentication"): opened when first needed. */
export interface PeerAccounts {
  /**
   * The answer to a call with our token. A token that the peer has forgotten is replaced, and terms are accepted where
   * the operator has accepted them. Throws PeerFailure: `not-spoken` for a peer without v2, `account`, `terms`.
   */
  ask(peer: Peer, call: Omit<PeerCall, 'token'>): Promise<HttpResponse>
}

export interface PeerAccountsOptions {
  readonly client: PeerClient
  readonly openId: OpenIdTokens
  /** Terms of the peer, by URL, that the operator has accepted. */
  readonly accepted: (peer: Peer) => readonly string[]
}

const v2 = '/_matrix/identity/v2'
const MAX_PEERS = 10_000

/** `access_token` is what Sydent adds for old clients. */
const registeredSchema = z
  .looseObject({
    token: z.string().min(1).max(2_048).optional(),
    access_token: z.string().max(2_048).optional(),
  })
  .transform(({ token, access_token }) => token ?? access_token)
  .pipe(z.string().min(1))

export function createPeerAccounts({ client, openId, accepted }: PeerAccountsOptions): PeerAccounts {
  const tokens = new LRUCache<string, string>({ max: MAX_PEERS })
  const underWay = new Map<string, Promise<string>>()

  async function register(peer: Peer, signal: AbortSignal): Promise<string> {
    // Asked first, because whoever gets an OpenID token can show it elsewhere: a server without v2 has no use for one.
    const root = await client.ask(peer, { path: v2, signal })
    if (isInTrouble(root)) throw statusFailure(root, 'The question for the v2 API')
    if (root.status !== 200) {
      throw new PeerFailure('not-spoken', `It does not know the v2 API (${root.status}).`, unusual)
    }
    const body = await openId.request(signal)
    const response = await client.ask(peer, { path: `${v2}/account/register`, body, signal })
    if (response.status !== 200 && !isMissing(response)) throw notRegistered(response)
    const token = readAnswer(response, registeredSchema, 'The registration')
    tokens.set(peer.name, token)
    return token
  }

  function newToken(peer: Peer, signal: AbortSignal): Promise<string> {
    const shared = underWay.get(peer.name)
    if (shared !== undefined) return shared
    const registered = register(peer, signal).finally(() => underWay.delete(peer.name))
    underWay.set(peer.name, registered)
    return registered
  }

  return {
    async ask(peer, call) {
      const { signal } = call
      let token = tokens.get(peer.name) ?? (await newToken(peer, signal))
      let response = await client.ask(peer, { ...call, token })
      if (isTokenRefused(response)) {
        // Another call may have replaced it already.
        if (tokens.get(peer.name) === token) tokens.delete(peer.name)
        token = tokens.get(peer.name) ?? (await newToken(peer, signal))
        response = await client.ask(peer, { ...call, token })
      }
      if (matrixErrorIn(response)?.errcode === 'M_TERMS_NOT_SIGNED') {
        await acceptTerms(client, peer, { token, accepted: accepted(peer) }, signal)
        response = await client.ask(peer, { ...call, token })
      }
      return response
    },
  }
}

const tokenErrors: ReadonlySet<string> = new Set(['M_UNAUTHORIZED', 'M_UNKNOWN_TOKEN'])

function isTokenRefused(response: HttpResponse): boolean {
  return response.status === 401 || tokenErrors.has(matrixErrorIn(response)?.errcode ?? '')
}

function notRegistered(response: HttpResponse): PeerFailure {
  const said = [response.status, matrixErrorIn(response)?.errcode]
    .filter((part) => part !== undefined)
    .join(' ')
  return new PeerFailure(
    'account',
    `It opened no account for us (${said}).`,
    'It asks your homeserver for openid/userinfo, so that has to be reachable from outside. See also whom it admits.',
  )
}

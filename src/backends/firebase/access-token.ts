import { SignJWT } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../runtime.ts'
import { BackendFailure } from '../failure.ts'
import { readJson, type HttpCalls } from '../http-calls.ts'
import type { ServiceAccount } from './service-account.ts'

const tokenShape = z.object({
  access_token: z.string().min(1),
  /** Seconds. */
  expires_in: z.number().positive(),
})

export interface AccessTokens {
  /** A token that is good for another minute at least. Throws `BackendFailure`. */
  get(account: ServiceAccount, signal: AbortSignal): Promise<string>
  /** The API refused `token`: it is not used again. */
  refused(token: string): void
}

/** Reading users is all that is asked for. */
const scope = 'https://www.googleapis.com/auth/identitytoolkit'
const assertionSeconds = 3600
/** Left over when a token is given out, for the call that uses it and for clocks that differ. */
const marginMs = 60_000

/** Logs the service account in by a signed assertion (RFC 7523, section 2.1), and keeps the token until it expires. */
export function createAccessTokens(http: HttpCalls, clock: Clock): AccessTokens {
  let kept: { readonly token: string; readonly until: number; readonly of: string } | null = null

  async function fetchToken(account: ServiceAccount, signal: AbortSignal): Promise<string> {
    const now = clock.now()
    const assertion = await sign(account, Math.floor(now / 1000))
    const response = await http.request(
      {
        method: 'POST',
        url: account.tokenUrl,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          assertion,
        }).toString(),
      },
      signal,
    )
    if (response.status === 400 || response.status === 401) {
      const fix =
        'See whether the service account and its key still exist, and whether the clock of this machine is right.'
      throw new BackendFailure('credentials', 'The login of the service account was refused.', fix)
    }
    if (response.status !== 200) {
      const message = `The login of the service account failed with status ${response.status}.`
      throw new BackendFailure('protocol', message, 'Try again later, and check tokenUrl.')
    }
    const answer = readJson(
      response,
      tokenShape,
      'The answer to the login of the service account',
      'Check tokenUrl.',
    )
    kept = {
      token: answer.access_token,
      until: now + answer.expires_in * 1000 - marginMs,
      of: identityOf(account),
    }
    return answer.access_token
  }

  return {
    async get(account, signal) {
      if (kept !== null && clock.now() < kept.until && kept.of === identityOf(account)) return kept.token
      return fetchToken(account, signal)
    },
    refused(token) {
      if (kept?.token === token) kept = null
    },
  }
}

/** A token of a key that was replaced in the meantime is not used on. */
function identityOf({ clientEmail, keyId, tokenUrl }: ServiceAccount): string {
  return JSON.stringify([clientEmail, keyId, tokenUrl])
}

function sign({ clientEmail, privateKey, keyId, tokenUrl }: ServiceAccount, now: number): Promise<string> {
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId === null ? {} : { kid: keyId }) })
    .setIssuer(clientEmail)
    .setAudience(tokenUrl)
    .setIssuedAt(now)
    .setExpirationTime(now + assertionSeconds)
    .sign(privateKey)
}

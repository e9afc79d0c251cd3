import { decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Clock } from '../../runtime.ts'
import type { PublicKeys } from './public-keys.ts'

const claimsShape = z.object({
  sub: z.string().min(1).max(128),
  iat: z.number(),
  /** When the user logged in, seconds. */
  auth_time: z.number(),
})

export interface TokenClaims {
  readonly uid: string
  /** When the user logged in, seconds since the epoch. */
  readonly authTime: number
}

/** For clocks that differ. */
const toleranceSeconds = 60
/** ID tokens have about 1,000 characters; a password that is far longer is none. */
const maxTokenLength = 8192

/**
 * Checks an ID token as Firebase says that servers which do without its libraries have to ("Verify ID tokens using a
 * third-party JWT library"). Null for what is no valid one. Throws `BackendFailure` when there are no keys to check with.
 */
export async function verifyIdToken(
  token: string,
  projectId: string,
  keys: PublicKeys,
  clock: Clock,
  signal: AbortSignal,
): Promise<TokenClaims | null> {
  const kid = kidOf(token)
  if (kid === null) return null
  const getKey = await keys.forToken(kid, signal)
  const now = clock.now()
  try {
    const { payload } = await jwtVerify(token, getKey, {
      algorithms: ['RS256'],
      issuer: `https://securetoken.google.com/${projectId}`,
      audience: projectId,
      requiredClaims: ['exp', 'iat', 'auth_time', 'sub'],
      currentDate: new Date(now),
      clockTolerance: toleranceSeconds,
    })
    const claims = claimsShape.safeParse(payload)
    if (!claims.success) return null
    const { sub, iat, auth_time: authTime } = claims.data
    const latest = now / 1000 + toleranceSeconds
    return iat > latest || authTime > latest ? null : { uid: sub, authTime }
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

/** Looked at before keys are fetched, since most of what is typed as a password is no token. */
function kidOf(token: string): string | null {
  if (token.length > maxTokenLength) return null
  try {
    const { alg, kid } = decodeProtectedHeader(token)
    return alg === 'RS256' && typeof kid === 'string' && kid !== '' ? kid : null
  } catch {
    return null
  }
}

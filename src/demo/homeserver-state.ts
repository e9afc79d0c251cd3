import { MatrixError } from '../matrix/errors.ts'
import { signingKeyFromSeed, type SigningKey } from '../matrix/signing.ts'
import type { Random } from '../runtime.ts'
import type { Room } from './homeserver-rooms.ts'

/** What the stand-in homeserver remembers, also while it is switched off. */
export interface HomeserverState {
  readonly name: string
  readonly signingKey: SigningKey
  readonly rooms: Map<string, Room>
  /** Opens an account. @throws MatrixError `M_INVALID_PARAM` when there is one. */
  register(localpart: string, password: string): string
  /** @throws MatrixError `M_FORBIDDEN`. */
  checkPassword(localpart: string, password: string): string
  /** An access token, or with `openid` a token that only proves who somebody is. */
  issueToken(kind: 'access' | 'openid', userId: string): string
  /** Null for a token that was never issued. */
  userOf(kind: 'access' | 'openid', token: string): string | null
}

export function createHomeserverState(name: string, random: Random): HomeserverState {
  const passwords = new Map<string, string>()
  const tokens = { access: new Map<string, string>(), openid: new Map<string, string>() }
  const userIdOf = (localpart: string) => `@${localpart}:${name}`
  return {
    name,
    signingKey: signingKeyFromSeed('ed25519:demo', random.bytes(32)),
    rooms: new Map(),
    register(localpart, password) {
      const userId = userIdOf(localpart)
      if (passwords.has(userId)) throw new MatrixError('M_INVALID_PARAM', { message: 'This name is taken.' })
      passwords.set(userId, password)
      return userId
    },
    checkPassword(localpart, password) {
      const userId = userIdOf(localpart)
      if (passwords.get(userId) !== password) throw new MatrixError('M_FORBIDDEN')
      return userId
    },
    issueToken(kind, userId) {
      const token = random.bytes(18).toString('base64url')
      tokens[kind].set(token, userId)
      return token
    },
    userOf: (kind, token) => tokens[kind].get(token) ?? null,
  }
}

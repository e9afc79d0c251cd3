import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Config } from '../config/schema.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { MatrixError } from '../matrix/errors.ts'
import { parseServerName } from '../matrix/identifiers.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { acceptedUrls, acceptTerms, hasAcceptedAll } from './terms.ts'
import { hashToken, newToken, tokenOf } from './tokens.ts'

export interface AccountsOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  /** Asks a homeserver whose OpenID token this is; see `homeserver/openid.ts`. */
  readonly userInfo: (serverName: string, accessToken: string) => Promise<string>
  /** Told of everybody who was given a token. */
  readonly registered?: (userId: string) => void
  /** Slows down whoever tries tokens. */
  readonly limiter: RateLimiter
}

/** Accounts are Matrix users who proved themselves with an OpenID token of their homeserver. */
export interface Accounts {
  /** Exchanges an OpenID token for an access token of this server. */
  register(serverName: string, openIdToken: string): Promise<string>
  /**
   * The Matrix ID behind a request. At once for a token seen lately, else from storage.
   * @throws MatrixError `M_UNAUTHORIZED`; `M_TERMS_NOT_SIGNED` unless `beforeTerms`.
   */
  authenticate(request: FastifyRequest, beforeTerms?: boolean): string | Promise<string>
  /** Ends a token. @throws MatrixError `M_UNKNOWN_TOKEN`. */
  logout(token: string | null): Promise<void>
  accept(userId: string, urls: readonly string[]): Promise<void>
}

interface KnownToken {
  readonly userId: string
  readonly accepted: ReadonlySet<string>
}

/** Tokens remembered in memory: the ones of busy clients. */
const MAX_KNOWN_TOKENS = 20_000
/** How long a logout in another process may go unnoticed here. A logout in this process counts at once. */
const KNOWN_TOKEN_MS = 10_000

export function createAccounts(options: AccountsOptions): Accounts {
  const { storage, runtime, config } = options
  const known = new LRUCache<string, KnownToken>({ max: MAX_KNOWN_TOKENS, ttl: KNOWN_TOKEN_MS })
  /** Counts what made memory untrue, so that a read which began before that is not remembered after it. */
  let forgettings = 0

  const mayPass = (token: KnownToken, beforeTerms: boolean) =>
    beforeTerms || hasAcceptedAll(config().terms, token.accepted)

  async function recall(tokenHash: string): Promise<KnownToken> {
    const begunAfter = forgettings
    const row = await storage.db
      .selectFrom('tokens')
      .select('user_id')
      .where('token_hash', '=', tokenHash)
      .executeTakeFirst()
    if (row === undefined) throw new MatrixError('M_UNAUTHORIZED')
    const token = { userId: row.user_id, accepted: await acceptedUrls(storage.db, row.user_id) }
    if (begunAfter === forgettings) known.set(tokenHash, token)
    return token
  }

  async function authenticateFromStorage(
    request: FastifyRequest,
    tokenHash: string,
    beforeTerms: boolean,
  ): Promise<string> {
    const token = await recall(tokenHash)
    request.userId = token.userId
    if (!mayPass(token, beforeTerms)) throw new MatrixError('M_TERMS_NOT_SIGNED')
    return token.userId
  }

  return {
    async register(serverName, openIdToken) {
      if (parseServerName(serverName) === null) {
        throw new MatrixError('M_INVALID_PARAM', { message: 'matrix_server_name is not a server name.' })
      }
      const allowed = config().accounts.homeservers
      if (allowed.length > 0 && !allowed.includes(serverName)) {
        throw new MatrixError('M_FORBIDDEN', { message: 'Users of this homeserver have no accounts here.' })
      }
      const userId = await options.userInfo(serverName, openIdToken)
      // Other identity servers are shown OpenID tokens of this user; with one of them they could come here as one of us.
      if (userId === config().federation.account.userId) {
        throw new MatrixError('M_FORBIDDEN', { message: 'This user opens accounts at other servers only.' })
      }
      const token = newToken(runtime)
      const now = runtime.clock.now()
      await storage.transaction(async (tx) => {
        await tx
          .insertInto('accounts')
          .values({ user_id: userId, created_at: now })
          .onConflict((conflict) => conflict.column('user_id').doNothing())
          .execute()
        await tx
          .insertInto('tokens')
          .values({ token_hash: hashToken(token), user_id: userId, created_at: now })
          .execute()
      })
      options.registered?.(userId)
      return token
    },

    authenticate(request, beforeTerms = false) {
      const token = tokenOf(request)
      if (token === null) throw new MatrixError('M_UNAUTHORIZED')
      const tokenHash = hashToken(token)
      const remembered = known.get(tokenHash)
      if (remembered === undefined) options.limiter.take(request.clientAddress)
      else if (mayPass(remembered, beforeTerms)) {
        request.userId = remembered.userId
        return remembered.userId
      }
      // Terms may have been accepted in another process, so memory alone refuses nobody.
      return authenticateFromStorage(request, tokenHash, beforeTerms)
    },

    async logout(token) {
      if (token === null) throw new MatrixError('M_UNAUTHORIZED')
      const tokenHash = hashToken(token)
      const result = await storage.db
        .deleteFrom('tokens')
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst()
      known.delete(tokenHash)
      if (result.numDeletedRows === 0n) throw new MatrixError('M_UNKNOWN_TOKEN')
      forgettings++
    },

    async accept(userId, urls) {
      await acceptTerms(storage, runtime, config().terms, userId, urls)
      forgettings++
      for (const [tokenHash, token] of known.entries()) if (token.userId === userId) known.delete(tokenHash)
    },
  }
}

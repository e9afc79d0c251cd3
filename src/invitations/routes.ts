import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Requesters } from '../federation/inbound/requester.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Medium } from '../matrix/threepid.ts'
import { signAcceptance } from './sign.ts'
import { storeInvite, type StoredInvitation, type StoreInviteOptions } from './store-invite.ts'
import { readStoreRequest } from './store-request.ts'

export interface SignRouteOptions {
  readonly store: StoreInviteOptions
  /** Throws for a bad token, where the API version knows accounts. */
  readonly authenticate: (request: FastifyRequest) => Promise<string | null>
  readonly parameters: (request: FastifyRequest) => Record<string, unknown>
  readonly signLimiter: RateLimiter
}

export interface StoreInviteRouteOptions {
  readonly store: StoreInviteOptions
  readonly requesters: Requesters
  /** Mediums that invitations are delivered by at this moment. */
  readonly mediums: () => readonly Medium[]
  /** The Matrix ID behind the request, or null where the API version knows no accounts. Throws for a bad token. */
  readonly authenticate: (request: FastifyRequest) => Promise<string | null>
  readonly parameters: (request: FastifyRequest) => Record<string, unknown>
  /** Adds what older callers read: a top-level `public_key`. */
  readonly legacyAnswer: boolean
  /** Counts requests without a token, by address. */
  readonly unauthenticatedLimiter: RateLimiter
}

export function addStoreInviteRoute(
  app: FastifyInstance,
  prefix: string,
  options: StoreInviteRouteOptions,
): void {
  app.post(`${prefix}/store-invite`, async (request) => {
    const userId = await options.authenticate(request)
    if (userId === null) options.unauthenticatedLimiter.take(request.clientAddress)
    const wanted = readStoreRequest(options.parameters(request), options.mediums())
    if (userId === null && wanted.senderServer !== options.store.config().matrix.domain) {
      throw new MatrixError('M_FORBIDDEN', { message: 'Without a token, only our own users can invite.' })
    }
    if (userId !== null && userId !== wanted.sender) {
      throw new MatrixError('M_FORBIDDEN', { message: 'You can only invite in your own name.' })
    }
    // The answer tells whose the address is, so a stranger learns no more here than by a lookup.
    const sender = options.requesters.of(userId, request.clientAddress)
    const stored = await storeInvite(options.store, wanted, sender)
    return options.legacyAnswer ? withLegacyKey(stored) : stored
  })
}

/**
 * `sign-ed25519`. The links in invitation mails name the v1 path, because web clients ask it without a token; so it is
 * served under v1 even when v1 is switched off. It takes the key from the mail and signs nothing but its invitation.
 */
export function addSignRoute(app: FastifyInstance, prefix: string, options: SignRouteOptions): void {
  app.post(`${prefix}/sign-ed25519`, async (request) => {
    options.signLimiter.take(request.clientAddress)
    await options.authenticate(request)
    const { storage, runtime, config } = options.store
    return await signAcceptance(storage, runtime, config().matrix.domain, options.parameters(request))
  })
}

/**
 * v2 leaves the top-level key out: Synapse would pair it with a validity URL of its own making, and the URL that names
 * the invitation (see `evidence.ts`) would not be asked.
 */
function withLegacyKey(stored: StoredInvitation): StoredInvitation & { public_key: string | undefined } {
  return { ...stored, public_key: stored.public_keys[0]?.public_key }
}

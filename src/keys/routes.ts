import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { queryFields, readParameters } from '../http/parameters.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { KeyRing } from './key-ring.ts'

export interface KeyRouteOptions {
  readonly keyRing: KeyRing
  /** Whether an ephemeral key, exactly as `store-invite` returned it or in another spelling, is still valid. */
  readonly isEphemeralKeyValid: (publicKey: string) => Promise<boolean>
  /**
   * Notes that a homeserver asked for the key of one invitation, and tells whether that invitation still stands; null
   * for an unknown reference. See `invitations/evidence.ts`.
   */
  readonly noteValidityCheck: (reference: string) => Promise<boolean | null>
  readonly limiter: RateLimiter
}

const validitySchema = z.object({ public_key: z.string().min(1).max(255) })
const referenceSchema = z.object({ reference: z.string() })

/**
 * Public key retrieval (Identity Service API, "Key management"). Served under v2 and v1 alike, and under v1 even when
 * v1 is switched off: the URLs stand in rooms' state for ever.
 */
export function addKeyRoutes(app: FastifyInstance, prefix: string, options: KeyRouteOptions): void {
  const publicKeyIn = (request: FastifyRequest) => {
    options.limiter.take(request.clientAddress)
    // A `+` that was not percent-encoded arrives as a space; no base64 alphabet has one.
    return readParameters(validitySchema, queryFields(request)).public_key.replaceAll(' ', '+')
  }

  app.get(`${prefix}/pubkey/isvalid`, (request, reply) =>
    reply.send({ valid: options.keyRing.isValid(publicKeyIn(request)) }),
  )

  app.get(`${prefix}/pubkey/ephemeral/isvalid`, async (request) => ({
    valid: await options.isEphemeralKeyValid(publicKeyIn(request)),
  }))

  app.get<{ Params: { reference: string } }>(`${prefix}/pubkey/isvalid/:reference`, async (request) => {
    // A question about a foreign key is no homeserver's at work on the invitation.
    if (!options.keyRing.isValid(publicKeyIn(request))) return { valid: false }
    const { reference } = readParameters(referenceSchema, request.params)
    return { valid: (await options.noteValidityCheck(reference)) === true }
  })

  app.get<{ Params: { keyId: string } }>(`${prefix}/pubkey/:keyId`, (request, reply) => {
    options.limiter.take(request.clientAddress)
    const publicKey = options.keyRing.publicKey(request.params.keyId)
    if (publicKey === null) throw new MatrixError('M_NOT_FOUND', { message: 'There is no key with this id.' })
    return reply.send({ public_key: publicKey })
  })
}

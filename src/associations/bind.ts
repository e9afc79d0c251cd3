import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { readParameters } from '../http/parameters.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { MatrixError } from '../matrix/errors.ts'
import { isClientSecret, isSessionId, parseUserId } from '../matrix/identifiers.ts'
import type { Validation } from '../validation/validation.ts'
import { signAssociation, type Associations, type SignedAssociation } from './associations.ts'

export const proofSchema = {
  sid: z.string().refine(isSessionId, 'is not a session id'),
  client_secret: z.string().refine(isClientSecret, 'is not a client secret'),
}

const bindSchema = z.object({ ...proofSchema, mxid: z.string().max(255) })

export interface BindOptions {
  readonly associations: Associations
  readonly validation: Validation
  readonly keyRing: KeyRing
  readonly config: () => Config
}

/**
 * Binds a validated address (Identity Service API, `3pid/bind`). A Matrix ID can only be bound by its own user; on
 * v1, which knows no users, only Matrix IDs of our own homeserver can be bound.
 * @param userId Who asks; null on v1.
 * @throws MatrixError `M_FORBIDDEN`, and what `Validation.validated` throws.
 */
export async function bindAddress(
  options: BindOptions,
  values: Record<string, unknown>,
  userId: string | null,
): Promise<SignedAssociation> {
  const { associations, validation, keyRing, config } = options
  const { sid, client_secret, mxid } = readParameters(bindSchema, values)
  if (!config().associations.bind) {
    throw new MatrixError('M_FORBIDDEN', { message: 'Addresses are not published on this server.' })
  }
  const owner = parseUserId(mxid)
  if (owner === null) throw new MatrixError('M_INVALID_PARAM', { message: 'Invalid mxid: not a Matrix ID.' })
  const allowed = userId === null ? owner.serverName === config().matrix.domain : userId === mxid
  if (!allowed)
    throw new MatrixError('M_FORBIDDEN', { message: 'You can only bind an address to your own Matrix ID.' })
  const session = await validation.validated({ sid, clientSecret: client_secret })
  const association = await associations.bind({ medium: session.medium, address: session.address }, mxid)
  return signAssociation(association, config().matrix.domain, keyRing.active())
}

/** The request as the homeserver signed it: the path as it came in, and without a prefix that a proxy keeps. */
export function signedUris(request: FastifyRequest): string[] {
  const path = request.url
  const start = path.indexOf('/_matrix/')
  return start > 0 ? [path, path.slice(start)] : [path]
}

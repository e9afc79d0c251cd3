import { z } from 'zod'
import type { SignedRequest } from '../homeserver/x-matrix.ts'
import { readParameters } from '../http/parameters.ts'
import { MatrixError } from '../matrix/errors.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import { canonicalAddress, isMedium, type ThreePid } from '../matrix/threepid.ts'
import type { Validation } from '../validation/validation.ts'
import type { Associations } from './associations.ts'
import { proofSchema } from './bind.ts'

const unbindSchema = z.object({
  mxid: z.string().max(255),
  threepid: z.object({ medium: z.string(), address: z.string() }),
  sid: proofSchema.sid.nullish(),
  client_secret: proofSchema.client_secret.nullish(),
})

export interface UnbindOptions {
  readonly associations: Associations
  readonly validation: Validation
  /** Which homeserver signed the request. Throws a `MatrixError` when none did. */
  readonly verifySignature: (request: SignedRequest) => Promise<{ origin: string }>
}

/**
 * Removes an association (Identity Service API, `3pid/unbind`), on one of two proofs: a session of the same address,
 * or the signature of the homeserver that owns the Matrix ID. What is not bound, or bound to somebody else, stays as
 * it is, and the answer is the same.
 *
 * Refusals of a signature are 4xx that Synapse reports upwards; see `homeserver/x-matrix.ts` for their choice.
 */
export async function unbindAddress(
  options: UnbindOptions,
  values: Record<string, unknown>,
  request: SignedRequest,
): Promise<void> {
  const given = readParameters(unbindSchema, values)
  const user = parseUserId(given.mxid)
  if (user === null) throw new MatrixError('M_INVALID_PARAM', { message: 'Invalid mxid: not a Matrix ID.' })
  const address = readThreePid(given.threepid)
  if (given.sid && given.client_secret) {
    const session = await provenBy(options.validation, given.sid, given.client_secret)
    if (session.medium !== address.medium || session.address !== address.address) {
      throw new MatrixError('M_FORBIDDEN', { message: 'The session belongs to another address.' })
    }
  } else {
    const { origin } = await options.verifySignature(request)
    if (origin !== user.serverName) {
      throw new MatrixError('M_FORBIDDEN', { message: 'Only the homeserver of the Matrix ID may unbind it.' })
    }
  }
  await options.associations.unbind(address, given.mxid)
}

/**
 * The endpoint knows one refusal for bad credentials: 403 `M_FORBIDDEN`. The 400 and 404 that a session is answered with
 * elsewhere would be read as "unbind is not supported here".
 */
async function provenBy(validation: Validation, sid: string, clientSecret: string): Promise<ThreePid> {
  try {
    return await validation.validated({ sid, clientSecret })
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error
    throw new MatrixError('M_FORBIDDEN', { message: error.message, cause: error })
  }
}

function readThreePid({ medium, address }: { medium: string; address: string }): ThreePid {
  const canonical = isMedium(medium) ? canonicalAddress(medium, address) : null
  if (!isMedium(medium) || canonical === null) {
    throw new MatrixError('M_INVALID_PARAM', {
      message: 'Invalid threepid: not an e-mail address or phone number.',
    })
  }
  return { medium, address: canonical }
}

import { z } from 'zod'
import { readParameters } from '../http/parameters.ts'
import { MatrixError } from '../matrix/errors.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import { signJson, type Signatures } from '../matrix/signing.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { adoptCarriedKey } from './carried-keys.ts'
import { ephemeralSigningKey, toUrlSafe } from './ephemeral-key.ts'
import { noteHistory } from './history.ts'
import type { Invitation } from './invitation.ts'
import { standingStates } from './states.ts'

const signSchema = z.object({
  mxid: z.string().max(255),
  token: z.string().max(255),
  private_key: z.string().max(100),
})

export interface SignedAcceptance {
  readonly mxid: string
  readonly sender: string
  readonly token: string
  readonly signatures: Signatures
}

/**
 * Signs the acceptance of an invitation with the key its owner got by mail (Identity Service API, `sign-ed25519`).
 * Only this fixed object, and only with the key of this very invitation: nobody gets anything else signed in the
 * server's name.
 * @throws MatrixError `M_UNRECOGNIZED` (404) when no standing invitation has this token.
 */
export async function signAcceptance(
  storage: Storage,
  runtime: Runtime,
  serverName: string,
  values: Record<string, unknown>,
): Promise<SignedAcceptance> {
  const { mxid, token, private_key } = readParameters(signSchema, values)
  if (parseUserId(mxid) === null)
    throw new MatrixError('M_INVALID_PARAM', { message: 'Invalid mxid: not a Matrix ID.' })
  const key = ephemeralSigningKey(private_key)
  if (key === null) {
    throw new MatrixError('M_INVALID_PARAM', { message: 'Invalid private_key: not the base64 of 32 bytes.' })
  }
  const invitation = await storage.db
    .selectFrom('invitations')
    .select(['id', 'sender', 'created_at', 'ephemeral_public_key', 'signed_mxid', 'signed_at'])
    .where('token', '=', token)
    .where('state', 'in', standingStates)
    .where('expired_at', 'is', null)
    .executeTakeFirst()
  if (invitation === undefined) {
    throw new MatrixError('M_UNRECOGNIZED', { message: 'There is no open invitation with this token.' })
  }
  const isItsOwn = invitation.ephemeral_public_key === toUrlSafe(key.publicKey)
  if (!isItsOwn && !(await adoptCarriedKey(storage, invitation, key, private_key))) {
    throw new MatrixError('M_INVALID_PARAM', {
      message: 'Invalid private_key: it belongs to another invitation.',
    })
  }
  if (invitation.signed_mxid !== mxid) await noteSigned(storage, runtime, invitation, mxid)
  return signJson({ mxid, sender: invitation.sender, token }, serverName, key)
}

/** However often somebody opens the link for other Matrix IDs, the history hears of it once in this time. */
const NOTED_EVERY_MS = 3_600_000

/** Not an acceptance yet: clients sign when the link is opened. See `states.ts`. */
async function noteSigned(
  storage: Storage,
  runtime: Runtime,
  { id, signed_at }: Pick<Invitation, 'id' | 'signed_at'>,
  mxid: string,
): Promise<void> {
  const now = runtime.clock.now()
  await storage.transaction(async (tx) => {
    const isNoted = signed_at !== null && now < signed_at + NOTED_EVERY_MS
    const change = { signed_mxid: mxid, ...(isNoted ? {} : { signed_at: now }) }
    await tx.updateTable('invitations').set(change).where('id', '=', id).execute()
    if (isNoted) return
    const detail = `the link of the mail was opened by ${mxid}`
    await noteHistory(tx, runtime, [{ id, event: 'signed', detail }])
  })
}

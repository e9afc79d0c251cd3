import { z } from 'zod'
import { MatrixError } from '../matrix/errors.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import { canonicalAddress, type Medium, type ThreePid } from '../matrix/threepid.ts'
import { readParameters } from '../http/parameters.ts'

/** What a homeserver asks `store-invite`, checked. */
export interface StoreRequest extends ThreePid {
  /** The address as it came: the display name is a shortened form of this. */
  readonly typedAddress: string
  readonly roomId: string
  readonly sender: string
  readonly senderServer: string
  /** Every string the homeserver sent, the required ones included: material for the mail. */
  readonly properties: Readonly<Record<string, string>>
}

const required = z.object({
  medium: z.string(),
  address: z.string().max(500),
  room_id: z.string().min(1).max(255),
  sender: z.string().max(255),
})

/**
 * Reads a `store-invite` request. Only the four required members are checked: Synapse sends empty strings, and
 * sometimes null, for everything it does not know, and some clients send a `room_id` that begins with `$`.
 * @throws MatrixError; `M_UNRECOGNIZED` (400) for a medium that is not invited by.
 */
export function readStoreRequest(values: Record<string, unknown>, mediums: readonly Medium[]): StoreRequest {
  const { medium, address: typedAddress, room_id: roomId, sender } = readParameters(required, values)
  const known = mediums.find((each) => each === medium)
  if (known === undefined) {
    throw new MatrixError('M_UNRECOGNIZED', {
      status: 400,
      message: `Invitations by ${medium === 'msisdn' ? 'phone number' : 'this medium'} are not delivered here.`,
    })
  }
  const address = canonicalAddress(known, typedAddress.trim())
  if (address === null) throw new MatrixError(known === 'email' ? 'M_INVALID_EMAIL' : 'M_INVALID_ADDRESS')
  const user = parseUserId(sender)
  if (user === null) throw new MatrixError('M_INVALID_PARAM', { message: 'Invalid sender: not a Matrix ID.' })
  return {
    medium: known,
    address,
    typedAddress: typedAddress.trim(),
    roomId,
    sender,
    senderServer: user.serverName,
    properties: propertiesOf(values),
  }
}

/** What is kept of the rest, in number and length; homeservers send about fifteen. More is an attack, not a name. */
const MAX_PROPERTIES = 50
const MAX_NAME = 64
const MAX_PROPERTY = 2_000

/** The required members come first, so that no crowd of others pushes them out. */
function propertiesOf(values: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries({ ...pick(values, Object.keys(required.shape)), ...values }).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && entry[1] !== '' && entry[0].length <= MAX_NAME,
  )
  return Object.fromEntries(
    texts.slice(0, MAX_PROPERTIES).map(([name, value]) => [name, value.slice(0, MAX_PROPERTY)]),
  )
}

const pick = (values: Record<string, unknown>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, values[name]]))

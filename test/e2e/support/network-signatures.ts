import nacl from 'tweetnacl'
import { z } from 'zod'
import { canonicalJson } from '../../../src/matrix/canonical-json.ts'
import type { Network } from './network.ts'
import type { Exchange } from './recording-proxy.ts'

/** Public keys in base64 by key id, as servers publish them. */
export type PublicKeys = Readonly<Record<string, string>>

const signedSchema = z.looseObject({ signatures: z.record(z.string(), z.record(z.string(), z.string())) })

/** Whether all that `entity` signed in this JSON object verifies, and there is something. */
export function isSignedBy(entity: string, object: unknown, keys: PublicKeys): boolean {
  const { signatures, unsigned: _, ...content } = signedSchema.parse(object)
  const own = Object.entries(signatures[entity] ?? {})
  return own.length > 0 && own.every(([keyId, signature]) => verifies(content, signature, keys[keyId]))
}

/** Whether a request of a homeserver carries a valid signature (Server-Server API, "Request Authentication"). */
export function isAuthentic({ method, url, headers, body }: Exchange, keys: PublicKeys): boolean {
  const given = String(headers['authorization']).matchAll(/(\w+)="?([^",]+)/g)
  const {
    origin,
    destination,
    key = '',
    sig = '',
  } = Object.fromEntries([...given].map(([, name = '', value = '']) => [name, value]))
  const content = body === '' ? {} : { content: JSON.parse(body) as unknown }
  return verifies({ method, uri: url, origin, destination, ...content }, sig, keys[key])
}

const eventSchema = z.looseObject({
  type: z.literal('m.room.member'),
  content: z.looseObject({
    membership: z.string(),
    third_party_invite: z.looseObject({ signed: z.unknown() }),
  }),
})
/** What redaction leaves of an event (room version 11). */
const keptMembers = [
  ...['event_id', 'type', 'room_id', 'sender', 'state_key', 'hashes', 'signatures', 'depth'],
  ...['prev_events', 'auth_events', 'origin_server_ts'],
]

/** Whether a server signed the event of an invitation by address, as events are signed: in their redacted form. */
export function isEventSignedBy(server: string, event: unknown, keys: PublicKeys): boolean {
  const { content, ...members } = eventSchema.parse(event)
  const kept = Object.entries(members).filter(([name]) => keptMembers.includes(name))
  const { membership, third_party_invite: invite } = content
  const redacted = { membership, third_party_invite: { signed: invite.signed } }
  return isSignedBy(server, { ...Object.fromEntries(kept), content: redacted }, keys)
}

function verifies(content: object, signature: string, key = ''): boolean {
  const [bytes, publicKey] = [Buffer.from(signature, 'base64'), Buffer.from(key, 'base64')]
  if (bytes.length !== nacl.sign.signatureLength || publicKey.length !== nacl.sign.publicKeyLength)
    return false
  return nacl.sign.detached.verify(Buffer.from(canonicalJson(content)), bytes, publicKey)
}

/** The keys that a Signpost publishes, under the first key id. */
export async function signpostKeys({ client }: Network['hs1'], keyId = 'ed25519:0'): Promise<PublicKeys> {
  const { body } = await client.request('GET', `/v2/pubkey/${keyId}`)
  return { [keyId]: z.object({ public_key: z.string() }).parse(body).public_key }
}

/** The keys that a homeserver publishes. */
export async function homeserverKeys({ synapse }: Network['hs1']): Promise<PublicKeys> {
  const { body } = await synapse.request('GET', '/_matrix/key/v2/server')
  const { verify_keys } = z
    .object({ verify_keys: z.record(z.string(), z.object({ key: z.string() })) })
    .parse(body)
  return Object.fromEntries(Object.entries(verify_keys).map(([keyId, { key }]) => [keyId, key]))
}

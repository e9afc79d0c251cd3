import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { verifyJson } from '../../../src/matrix/signing.ts'
import { json, startHttpPeer, type HttpPeer, type SeenRequest } from '../../support/http-peer.ts'

/** What `store-invite` told the homeserver; it puts it into the room. */
export const storedInvitation = z.object({
  token: z.string(),
  public_keys: z.array(z.object({ public_key: z.string(), key_validity_url: z.string() })),
})
export type StoredInvitation = z.infer<typeof storedInvitation>

const onbindBody = z.object({
  invites: z.array(
    z.object({
      mxid: z.string(),
      room_id: z.string(),
      signed: z.looseObject({
        mxid: z.string(),
        token: z.string(),
        signatures: z.record(z.string(), z.record(z.string(), z.string())),
      }),
    }),
  ),
})
type Invite = z.infer<typeof onbindBody>['invites'][number]

/** Moments in the life of an `onbind` at which a test can step in. */
export type Moment = 'received' | 'key checked' | 'processed' | 'answered'

export interface JoiningHomeserver {
  readonly url: string
  /** How often each room's member was invited again after having joined: the harm of a repeated `onbind`. */
  readonly thrownOut: ReadonlyMap<string, number>
  /** Called, and waited for, at each moment. */
  stepIn: (moment: Moment) => Promise<void> | void
  openIdToken(userId: string): string
  /** Writes an invitation into a room. */
  put(roomId: string, invitation: StoredInvitation): void
  hasJoined(roomId: string): boolean
  close(): Promise<void>
}

/**
 * The part of a homeserver that invitations need, as Synapse does it: an `onbind` is checked against the keys in the
 * room, their validity is asked for, and the membership becomes `invite` whatever it was before. Whoever is invited
 * joins at once.
 */
export async function startJoiningHomeserver(): Promise<JoiningHomeserver> {
  const users = new Map<string, string>()
  const rooms = new Map<string, StoredInvitation>()
  const joined = new Set<string>()
  const thrownOut = new Map<string, number>()

  async function acceptInvite({ room_id: roomId, mxid, signed }: Invite): Promise<number> {
    const invitation = rooms.get(roomId)
    if (invitation === undefined || invitation.token !== signed.token || signed.mxid !== mxid) return 403
    const key = invitation.public_keys.find((each) => isSignedBy(signed, each.public_key))
    if (key === undefined) return 403
    const url = `${key.key_validity_url}?public_key=${encodeURIComponent(key.public_key)}`
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) })
      .then((response) => response.json())
      .catch(() => null)
    if (answer === null) return 502
    if (!z.object({ valid: z.literal(true) }).safeParse(answer).success) return 403
    await homeserver.stepIn('key checked')
    // A real one takes its time to write the membership, too.
    await sleep(30)
    if (joined.has(roomId)) thrownOut.set(roomId, (thrownOut.get(roomId) ?? 0) + 1)
    joined.add(roomId)
    return 200
  }

  async function onbind(request: SeenRequest): Promise<number> {
    await homeserver.stepIn('received')
    const [invite, ...others] = onbindBody.parse(JSON.parse(request.body)).invites
    if (invite === undefined || others.length > 0) return 400
    const status = await acceptInvite(invite)
    if (status === 200) await homeserver.stepIn('processed')
    return status
  }

  const peer: HttpPeer = await startHttpPeer({
    handler(request, response) {
      const { pathname, searchParams } = new URL(request.url, 'http://homeserver')
      if (pathname === '/_matrix/federation/v1/openid/userinfo') {
        const sub = users.get(searchParams.get('access_token') ?? '')
        return json(sub === undefined ? 401 : 200, { sub })(request, response)
      }
      if (pathname !== '/_matrix/federation/v1/3pid/onbind') return json(404, {})(request, response)
      void onbind(request).then(async (status) => {
        json(status, {})(request, response)
        if (status === 200) await homeserver.stepIn('answered')
      })
    },
  })

  const homeserver: JoiningHomeserver = {
    url: `http://127.0.0.1:${peer.port}`,
    thrownOut,
    stepIn: () => {},
    openIdToken(userId) {
      const token = randomBytes(12).toString('base64url')
      users.set(token, userId)
      return token
    },
    put: (roomId, invitation) => void rooms.set(roomId, invitation),
    hasJoined: (roomId) => joined.has(roomId),
    close: () => peer.close(),
  }
  return homeserver
}

/** As Synapse: whatever the names of server and key, but only the first signature is tried with each key of the room. */
function isSignedBy(signed: Invite['signed'], publicKey: string): boolean {
  const [first] = Object.entries(signed.signatures)
  const keyId = Object.keys(first?.[1] ?? {}).sort()[0]
  if (first === undefined || keyId === undefined) return false
  return verifyJson(signed, first[0], new Map([[keyId, publicKey]]))
}

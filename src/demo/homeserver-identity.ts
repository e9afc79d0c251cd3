import { z } from 'zod'
import { lookupHash } from '../matrix/lookup-hash.ts'
import { MatrixError } from '../matrix/errors.ts'
import { signJson } from '../matrix/signing.ts'
import { canonicalEmail } from '../matrix/threepid.ts'
import type { Ask, Reply } from './ask.ts'
import { storedInvitation, type StoredInvitation } from './homeserver-rooms.ts'
import type { HomeserverState } from './homeserver-state.ts'

/** The identity server a client named, and the client's token for it. */
export interface IdentityServer {
  /** `host:port` */
  readonly id_server: string
  readonly id_access_token: string
}

/** What a homeserver asks an identity server on behalf of its users, as Synapse does it. */
export interface IdentityCalls {
  /** The Matrix ID behind an e-mail address, or null. */
  lookUp(server: IdentityServer, email: string): Promise<string | null>
  storeInvite(server: IdentityServer, invitation: Record<string, string>): Promise<StoredInvitation>
  bind(server: IdentityServer, proof: { sid: string; client_secret: string }, mxid: string): Promise<Reply>
  unbind(server: string, threepid: { medium: string; address: string }, mxid: string): Promise<Reply>
  isKeyValid(url: string, publicKey: string): Promise<boolean>
}

const hashDetails = z.object({ lookup_pepper: z.string() })
const found = z.object({ mappings: z.record(z.string(), z.string()) })
const v2 = '/_matrix/identity/v2'

export function createIdentityCalls(state: HomeserverState, ask: Ask): IdentityCalls {
  const call = (
    idServer: string,
    question: Pick<Parameters<Ask>[1], 'path' | 'method'> & Partial<Parameters<Ask>[1]>,
  ) =>
    // A real homeserver says https:// here. Nothing of the demo leaves this machine.
    ask(`http://${idServer}`, { from: 'homeserver', to: 'Signpost', ...question })

  return {
    async lookUp({ id_server, id_access_token: token }, email) {
      const details = await call(id_server, { method: 'GET', path: `${v2}/hash_details`, token })
      const { lookup_pepper: pepper } = hashDetails.parse(details.body)
      const address = canonicalEmail(email)
      if (address === null) throw new MatrixError('M_INVALID_EMAIL')
      const body = { algorithm: 'sha256', pepper, addresses: [lookupHash(address, 'email', pepper)] }
      const reply = await call(id_server, { method: 'POST', path: `${v2}/lookup`, token, body })
      return Object.values(found.parse(reply.body).mappings)[0] ?? null
    },

    async storeInvite({ id_server, id_access_token: token }, body) {
      const reply = await call(id_server, { method: 'POST', path: `${v2}/store-invite`, token, body })
      return storedInvitation.parse(reply.body)
    },

    bind({ id_server, id_access_token: token }, proof, mxid) {
      return call(id_server, { method: 'POST', path: `${v2}/3pid/bind`, token, body: { ...proof, mxid } })
    },

    unbind(idServer, threepid, mxid) {
      // No token: the homeserver signs the request (Server-Server API, "Request Authentication"; `destination_is` is
      // what homeservers write when they talk to identity servers).
      const path = `${v2}/3pid/unbind`
      const body = { mxid, threepid }
      const { name, signingKey } = state
      const request = { method: 'POST', uri: path, origin: name, destination_is: idServer, content: body }
      const signature = signJson(request, name, signingKey).signatures[name]?.[signingKey.id] ?? ''
      const authorization = `X-Matrix origin="${name}",destination="${idServer}",key="${signingKey.id}",sig="${signature}"`
      return call(idServer, { method: 'POST', path, authorization, body })
    },

    async isKeyValid(url, publicKey) {
      const { origin, pathname } = new URL(url)
      const path = `${pathname}?public_key=${encodeURIComponent(publicKey)}`
      const reply = await ask(origin, { from: 'homeserver', to: 'Signpost', method: 'GET', path })
      return z.object({ valid: z.literal(true) }).safeParse(reply.body).success
    },
  }
}

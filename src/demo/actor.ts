import { z } from 'zod'
import { lookupHash } from '../matrix/lookup-hash.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Reply } from './ask.ts'
import { demoDomain } from './people.ts'
import { demoPassword, type DemoWorld } from './world.ts'

/** A person of the story with a chat app. Every method is what the app does, over HTTP. */
export interface Actor {
  /** First name, as the story calls them. */
  readonly name: string
  readonly userId: string
  /** The token by which Signpost knows this person. */
  readonly token: () => string
  /** At the homeserver; `sign-up` opens an account there. */
  enterHomeserver(how: 'sign-in' | 'sign-up'): Promise<void>
  /** Shows Signpost a pass from the homeserver. Returns the Matrix ID by which Signpost knows this person now. */
  introduce(): Promise<string>
  /** The pepper that is in force. */
  pepper(): Promise<string>
  /** Matrix IDs of those that were found, by hash; one request for all. */
  lookUp(addresses: readonly ThreePid[], pepper: string): Promise<ReadonlyMap<string, string>>
  /** The Matrix ID behind one e-mail address, or null. */
  find(email: string): Promise<string | null>
  /** Has a mail sent to the address, to prove that it is theirs. */
  startProof(email: string): Promise<void>
  /** Opens the link of a mail. */
  open(link: string): Promise<Reply>
  /** Whether the proof that was started last is complete. */
  isProven(): Promise<boolean>
  /** Publishes the address that was proven last. */
  publish(): Promise<Reply>
  /** The same by way of the homeserver. */
  publishThroughHomeserver(): Promise<Reply>
  /** Takes an address back. */
  unpublish(email: string): Promise<Reply>
  /** `host:port` of Signpost, as apps name it to their homeserver. */
  readonly idServer: string
  /** Any request to the homeserver's client API, path from `/v3` on. */
  homeserver(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Reply>
}

const v2 = '/_matrix/identity/v2'
const session = z.object({ user_id: z.string(), access_token: z.string() })
const openId = z.looseObject({ access_token: z.string() })
const account = z.object({ token: z.string() })
const whoAmI = z.object({ user_id: z.string() })
const hashDetails = z.object({ lookup_pepper: z.string() })
const found = z.object({ mappings: z.record(z.string(), z.string()) })
const validation = z.object({ sid: z.string() })

export function createActor(world: DemoWorld, name: string, localpart: string): Actor {
  const userId = `@${localpart}:${demoDomain}`
  let homeserverToken = ''
  let token = ''
  let proof = { sid: '', client_secret: '' }
  const idServer = new URL(world.signpost).host

  const homeserver: Actor['homeserver'] = (method, path, body) => {
    const credentials = homeserverToken === '' ? {} : { token: homeserverToken }
    const question = { from: name, to: 'homeserver', method, path: `/_matrix/client${path}`, ...credentials }
    return world.ask(world.homeserver.url, { ...question, ...(body === undefined ? {} : { body }) })
  }
  const signpost = (method: 'GET' | 'POST', path: string, body?: unknown) =>
    world.ask(world.signpost, {
      from: name,
      to: 'Signpost',
      method,
      path: v2 + path,
      ...(token === '' ? {} : { token }),
      ...(body === undefined ? {} : { body }),
    })

  const actor: Actor = {
    name,
    userId,
    idServer,
    token: () => token,
    homeserver,

    async enterHomeserver(how) {
      const login = {
        identifier: { user: localpart, type: 'm.id.user' },
        password: demoPassword,
        type: 'm.login.password',
      }
      const signUp = { username: localpart, password: demoPassword }
      const reply = await (how === 'sign-in'
        ? homeserver('POST', '/v3/login', login)
        : homeserver('POST', '/v3/register', signUp))
      homeserverToken = session.parse(reply.body).access_token
    },

    async introduce() {
      const path = `/v3/user/${encodeURIComponent(userId)}/openid/request_token`
      const pass = openId.parse((await homeserver('POST', path, {})).body)
      token = account.parse((await signpost('POST', '/account/register', pass)).body).token
      return whoAmI.parse((await signpost('GET', '/account')).body).user_id
    },

    pepper: async () => hashDetails.parse((await signpost('GET', '/hash_details')).body).lookup_pepper,

    async lookUp(addresses, pepper) {
      const hashes = addresses.map(({ address, medium }) => lookupHash(address, medium, pepper))
      const reply = await signpost('POST', '/lookup', { algorithm: 'sha256', pepper, addresses: hashes })
      return new Map(Object.entries(found.parse(reply.body).mappings))
    },

    async find(email) {
      const mappings = await actor.lookUp([{ medium: 'email', address: email }], await actor.pepper())
      return [...mappings.values()][0] ?? null
    },

    async startProof(email) {
      const client_secret = world.runtime.random.bytes(12).toString('hex')
      const body = { client_secret, email, send_attempt: 1 }
      const { sid } = validation.parse((await signpost('POST', '/validate/email/requestToken', body)).body)
      proof = { sid, client_secret }
    },

    open(link) {
      const { origin, pathname, search } = new URL(link)
      return world.ask(origin, { from: name, to: 'Signpost', method: 'GET', path: pathname + search })
    },

    async isProven() {
      const query = new URLSearchParams(proof)
      return (await signpost('GET', `/3pid/getValidated3pid?${query}`)).status === 200
    },

    publish: () => signpost('POST', '/3pid/bind', { ...proof, mxid: userId }),

    publishThroughHomeserver: () =>
      homeserver('POST', '/v3/account/3pid/bind', { ...proof, id_server: idServer, id_access_token: token }),

    unpublish: (email) =>
      homeserver('POST', '/v3/account/3pid/unbind', { medium: 'email', address: email, id_server: idServer }),
  }
  return actor
}

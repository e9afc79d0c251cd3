import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { signJson, signingKeyFromSeed, type SigningKey } from '../../src/matrix/signing.ts'
import { json, startHttpPeer, type SeenRequest } from './http-peer.ts'

/** What `3pid/onbind` was asked. */
export interface SeenOnbind {
  readonly method: string
  readonly body: {
    readonly medium: string
    readonly address: string
    readonly mxid: string
    readonly invites: readonly {
      readonly room_id: string
      readonly sender: string
      readonly signed: {
        readonly mxid: string
        readonly token: string
        readonly signatures: Readonly<Record<string, Readonly<Record<string, string>>>>
      }
    }[]
  }
}

type Part = 'openid' | 'keys' | 'onbind'
/** An HTTP status, an answer that is no JSON, or a broken connection. */
type Failure = number | 'html' | 'reset'

export interface UnbindSignature {
  /** The member that names the receiver in the signed object. */
  readonly form?: 'destination_is' | 'destination' | 'none'
  /** The receiver as the sender knows it. */
  readonly destination: string
  readonly uri: string
  readonly content: unknown
  /** Default: the homeserver's own name and key. */
  readonly origin?: string
  readonly key?: SigningKey
}

/**
 * The part of a homeserver that an identity server talks to, over real HTTP. Reached through `matrix.pins`; its own
 * signing key is real.
 */
export interface StandInHomeserver {
  readonly name: string
  readonly url: string
  readonly signingKey: SigningKey
  readonly onbinds: readonly SeenOnbind[]
  /** An OpenID token for which `openid/userinfo` names this user, whoever's it is. */
  openIdToken(userId: string): string
  /** The `Authorization` header of a signed POST request. */
  sign(request: UnbindSignature): string
  /** Breaks one part; null mends it. */
  fail(part: Part, failure: Failure | null): void
  close(): Promise<void>
}

export async function startStandInHomeserver(name = 'example.org'): Promise<StandInHomeserver> {
  const signingKey = signingKeyFromSeed('ed25519:auto', randomBytes(32))
  const users = new Map<string, string>()
  const failures = new Map<Part, Failure>()
  const onbinds: SeenOnbind[] = []

  const answers: Record<Part, (request: SeenRequest, response: ServerResponse) => void> = {
    openid(request, response) {
      const token = new URL(request.url, 'http://homeserver').searchParams.get('access_token') ?? ''
      const sub = users.get(token)
      const refused = json(401, { errcode: 'M_UNKNOWN_TOKEN', error: 'Access token unknown or expired' })
      if (sub === undefined) refused(request, response)
      else json(200, { sub })(request, response)
    },
    keys(request, response) {
      const published = {
        server_name: name,
        valid_until_ts: Date.UTC(2100, 0, 1),
        verify_keys: { [signingKey.id]: { key: signingKey.publicKey } },
        old_verify_keys: {},
      }
      json(200, signJson(published, name, signingKey))(request, response)
    },
    onbind(request, response) {
      onbinds.push({ method: request.method, body: JSON.parse(request.body) as SeenOnbind['body'] })
      json(200, {})(request, response)
    },
  }

  const peer = await startHttpPeer({
    handler(request, response) {
      const part = partOf(request.url)
      if (part === null) return json(404, { errcode: 'M_UNRECOGNIZED', error: 'Unknown' })(request, response)
      const failure = failures.get(part)
      if (failure === undefined) return answers[part](request, response)
      if (failure === 'reset') return void response.destroy()
      if (failure === 'html')
        return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello')
      json(failure, { errcode: 'M_UNKNOWN', error: 'broken on purpose' })(request, response)
    },
  })

  return {
    name,
    url: `http://127.0.0.1:${peer.port}`,
    signingKey,
    onbinds,
    openIdToken(userId) {
      const token = randomBytes(12).toString('base64url')
      users.set(token, userId)
      return token
    },
    sign({ form = 'destination_is', destination, uri, content, origin = name, key = signingKey }) {
      const receiver = form === 'none' ? {} : { [form]: destination }
      const signed = signJson({ method: 'POST', uri, origin, ...receiver, content }, origin, key)
      const signature = signed.signatures[origin]?.[key.id] ?? ''
      return `X-Matrix origin="${origin}",destination="${destination}",key="${key.id}",sig="${signature}"`
    },
    fail(part, failure) {
      if (failure === null) failures.delete(part)
      else failures.set(part, failure)
    },
    close: () => peer.close(),
  }
}

function partOf(url: string): Part | null {
  if (url.startsWith('/_matrix/federation/v1/openid/userinfo')) return 'openid'
  if (url.startsWith('/_matrix/key/v2/server')) return 'keys'
  return url.startsWith('/_matrix/federation/v1/3pid/onbind') ? 'onbind' : null
}

import { canonicalJson, CanonicalJsonError } from '../matrix/canonical-json.ts'
import { MatrixError } from '../matrix/errors.ts'
import { parseServerName } from '../matrix/identifiers.ts'
import { signatureCheck } from '../matrix/signing.ts'
import { HttpFailure } from '../net/http-client.ts'
import type { ServerKeys } from './server-keys.ts'
import { parseXMatrix, type XMatrixCredentials } from './x-matrix-header.ts'

export { parseXMatrix, type XMatrixCredentials } from './x-matrix-header.ts'

export interface SignedRequest {
  /** The Authorization header; several of them joined with `, `. */
  readonly authorization: string | undefined
  readonly method: string
  /** What the sender may have signed as `uri`: the raw request target, and the plain path behind a path prefix. */
  readonly uris: readonly string[]
  /** The parsed JSON body; undefined when there is none. */
  readonly content: unknown
}

/** Checks requests that a homeserver signed (Server-Server API, "Request Authentication"). */
export interface XMatrixVerifier {
  /**
   * The homeserver that signed this request. Throws MatrixError, never with 400, 404 or 501: Synapse takes those for
   * "unbind is not supported here" and drops its own record.
   *
   * - 401 M_UNAUTHORIZED: no usable credentials, or they are meant for another server
   * - 403 M_FORBIDDEN: the origin is no server name, the key is not published, or the signature does not fit
   * - 502 M_UNKNOWN: the origin's keys cannot be fetched; the same request may succeed later
   */
  verify(request: SignedRequest): Promise<{ readonly origin: string }>
}

export interface XMatrixVerifierOptions {
  readonly keys: ServerKeys
  /** Names under which homeservers may know this identity server (host, host:port, host/path). */
  readonly ownNames: readonly string[]
}

const keyIdPattern = /^ed25519:\w{1,255}$/
/** One per key of the origin; nobody signs with more. */
const maxCredentials = 4

export function createXMatrixVerifier({ keys, ownNames }: XMatrixVerifierOptions): XMatrixVerifier {
  const own = new Set(ownNames)
  const ownLowerCase = new Set(ownNames.map((name) => name.toLowerCase()))

  async function publishedKey({ origin, key }: XMatrixCredentials): Promise<string | null> {
    try {
      return keyIdPattern.test(key) ? await keys.key(origin, key) : null
    } catch (cause) {
      if (!(cause instanceof HttpFailure)) throw cause
      const message = `The signing keys of ${origin} could not be fetched. Try again later.`
      throw new MatrixError('M_UNKNOWN', { status: 502, message, cause })
    }
  }

  return {
    async verify(request) {
      const credentials = readCredentials(request.authorization)
      const { origin } = credentials[0]
      for (const one of credentials) {
        if (one.destination !== null && !ownLowerCase.has(one.destination.toLowerCase())) {
          throw new MatrixError('M_UNAUTHORIZED', {
            message:
              'The request is signed for another server. The operator lists further names in server.names.',
          })
        }
      }
      const content = contentMember(request.content)
      if (content === null) throw notSigned(origin)
      for (const one of withoutDuplicates(credentials)) {
        const publicKey = await publishedKey(one)
        if (publicKey === null) continue
        // The sender signs the name as it knows it, so its own spelling of ours counts too.
        const names = one.destination === null ? own : new Set([one.destination, ...own])
        const isSigned = signatureCheck(publicKey, one.signature)
        if (signedForms(request, origin, names).some((form) => isSigned(signedText(form, content))))
          return { origin }
      }
      throw notSigned(origin)
    },
  }
}

function notSigned(origin: string): MatrixError {
  return new MatrixError('M_FORBIDDEN', {
    message: `The request carries no valid signature of ${origin}.`,
  })
}

function readCredentials(
  authorization: string | undefined,
): readonly [XMatrixCredentials, ...XMatrixCredentials[]] {
  const [first, ...more] = authorization === undefined ? [] : parseXMatrix([authorization])
  if (first === undefined || more.length >= maxCredentials) {
    throw new MatrixError('M_UNAUTHORIZED', {
      message: 'The request carries no usable X-Matrix credentials.',
    })
  }
  if (more.some(({ origin }) => origin !== first.origin)) {
    throw new MatrixError('M_FORBIDDEN', { message: 'The X-Matrix credentials name different origins.' })
  }
  if (parseServerName(first.origin) === null) {
    throw new MatrixError('M_FORBIDDEN', { message: 'The origin is not a valid server name.' })
  }
  return [first, ...more]
}

function withoutDuplicates(credentials: readonly XMatrixCredentials[]): Iterable<XMatrixCredentials> {
  return new Map(credentials.map((one) => [JSON.stringify(one), one])).values()
}

/**
 * Every object the sender may have signed, without its content. Homeservers sign requests to identity servers over
 * `destination_is`, the specification says `destination`, and old senders named no destination.
 */
function signedForms(request: SignedRequest, origin: string, names: ReadonlySet<string>): object[] {
  const destinations = [...names].flatMap((name) => [{ destination_is: name }, { destination: name }])
  return request.uris.flatMap((uri) =>
    [...destinations, {}].map((destination) => ({ method: request.method, uri, origin, ...destination })),
  )
}

/**
 * The member `content` of the signed object in canonical JSON, empty without a body, null when it has no such form. It
 * is the one part that a stranger can make large, so it is written once and not with every form.
 */
function contentMember(content: unknown): string | null {
  if (content === undefined) return ''
  try {
    return `"content":${canonicalJson(content)},`
  } catch (error) {
    if (error instanceof CanonicalJsonError) return null
    throw error
  }
}

/** Canonical JSON of a form and its content: `content` sorts before every other member. */
function signedText(form: object, content: string): string {
  return `{${content}${canonicalJson(form).slice(1)}`
}

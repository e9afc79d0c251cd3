import type { ServerKeys } from './server-keys.ts'

export interface XMatrixCredentials {
  readonly origin: string
  readonly destination: string | null
  readonly key: string
  readonly signature: string
}

export interface SignedRequest {
  /** The Authorization header; several headers joined with `, `, as Node does. */
  readonly authorization: string | undefined
  readonly method: string
  /** What the sender may have signed as `uri`: the raw request target, the plain path. */
  readonly uris: readonly string[]
  /** The parsed JSON body; undefined when there is none. */
  readonly content: unknown
}

export interface XMatrixVerifier {
  /** The homeserver that signed this request. Throws MatrixError. */
  verify(request: SignedRequest): Promise<{ readonly origin: string }>
}

export interface XMatrixVerifierOptions {
  readonly keys: ServerKeys
  /** Names under which homeservers may know this identity server (host, host:port, host/path). */
  readonly ownNames: readonly string[]
}

export function parseXMatrix(headers: readonly string[]): XMatrixCredentials[] {
  throw new Error(`not written ${headers.length}`)
}

export function createXMatrixVerifier(options: XMatrixVerifierOptions): XMatrixVerifier {
  throw new Error(`not written ${options.ownNames.length}`)
}

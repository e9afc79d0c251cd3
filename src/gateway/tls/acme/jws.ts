import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { FlattenedSign } from 'jose'

/** How a request names the account: by its URL, or by the key itself before there is one (RFC 8555, section 6.2). */
export type Signer = { readonly key: KeyObject } & (
  { readonly accountUrl: string } | { readonly accountUrl: null }
)

export interface Protected {
  readonly url: string
  /** Absent within an external account binding. */
  readonly nonce?: string
}

/** The public members of a P-256 key. `key` may be the private one. */
export function publicJwk(key: KeyObject): { kty: string; crv: string; x: string; y: string } {
  const { kty = '', crv = '', x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' })
  return { kty, crv, x, y }
}

/** SHA-256 thumbprint of the account key (RFC 7638), in base64url. */
export function thumbprint(key: KeyObject): string {
  const { kty, crv, x, y } = publicJwk(key)
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}

/** The body of a signed request; `payload` null asks only (POST-as-GET, RFC 8555, section 6.3). */
export async function signRequest(
  { key, accountUrl }: Signer,
  header: Protected,
  payload: object | null,
): Promise<string> {
  const identity = accountUrl === null ? { jwk: publicJwk(key) } : { kid: accountUrl }
  const body = payload === null ? new Uint8Array() : Buffer.from(JSON.stringify(payload))
  const jws = await new FlattenedSign(body)
    .setProtectedHeader({ alg: 'ES256', ...identity, ...header })
    .sign(key)
  return JSON.stringify(jws)
}

/** Ties a new account to one that the authority knows from elsewhere (RFC 8555, section 7.3.4). */
export async function bindExternalAccount(
  key: KeyObject,
  external: { readonly keyId: string; readonly hmacKey: string },
  newAccountUrl: string,
): Promise<object> {
  return await new FlattenedSign(Buffer.from(JSON.stringify(publicJwk(key))))
    .setProtectedHeader({ alg: 'HS256', kid: external.keyId, url: newAccountUrl })
    .sign(Buffer.from(external.hmacKey, 'base64url'))
}

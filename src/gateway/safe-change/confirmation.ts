import { createHash, timingSafeEqual } from 'node:crypto'
import type { Config } from '../../config/schema.ts'
import type { ListenerName, TrialKey } from './trial-keys.ts'

/** A request that carries the token of a change, as it arrived. */
export interface ConfirmRequest {
  readonly listener: ListenerName
  /** The Host header; empty where there was none. */
  readonly host: string
  /** Our end of its connection. */
  readonly localAddress: string | undefined
  readonly localPort: number | undefined
}

/** Whether a request came through the address that a configuration wants for a listener. */
export type ArrivedAt = (config: Config, request: ConfirmRequest) => boolean

/** SHA-256 of a token, hex: the token itself is known only to whoever asked for the change. */
export const tokenHash = (token: string) => createHash('sha256').update(token).digest('hex')

export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')]
  return left.length === right.length && timingSafeEqual(left, right)
}

/** Whether a request that arrived proves that the new value of `key` leads here. */
export function proves(key: TrialKey, next: Config, request: ConfirmRequest, arrivedAt: ArrivedAt): boolean {
  switch (key) {
    case 'server.listen':
      return request.listener === 'public' && arrivedAt(next, request)
    case 'admin.listen':
      return request.listener === 'admin' && arrivedAt(next, request)
    case 'server.publicUrl':
      return request.listener === 'public' && isHostOf(next, request.host)
  }
}

/** A port that the scheme implies may or may not be written. */
function isHostOf({ server: { publicUrl }, matrix: { domain } }: Config, host: string): boolean {
  const wanted = new URL(publicUrl ?? `https://${domain}`)
  return URL.parse(`${wanted.protocol}//${host}`)?.host === wanted.host
}

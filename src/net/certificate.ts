import type { TLSSocket } from 'node:tls'
import type { AddressGuard } from './address-guard.ts'
import { createConnector, type TcpTarget } from './connection.ts'
import { trustedAuthorities } from './http-client.ts'
import type { Resolver } from './resolver.ts'

/** A certificate that was presented and found good for the name. */
export interface SeenCertificate {
  /** DNS names and IP addresses it is for. */
  readonly names: readonly string[]
  /** Who signed it, in its own words. */
  readonly issuer: string
  /** Milliseconds since the epoch. */
  readonly validUntil: number
}

export interface CertificateQuestion {
  readonly target: TcpTarget
  /** Null where the operator chose the server. */
  readonly guard: AddressGuard | null
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Looks at certificates with the trust that requests have. Throws HttpFailure where a request would fail as well. */
export function createCertificateReader(resolver: Resolver, authorities: readonly string[]) {
  const connect = createConnector({ resolver, ca: trustedAuthorities(authorities) })
  return async ({ target, guard, timeoutMs, signal }: CertificateQuestion): Promise<SeenCertificate> => {
    const route = { targets: [target], tlsName: target.host, guard }
    const socket = (await connect(route, timeoutMs, signal)) as TLSSocket
    const { subjectaltname = '', issuer, valid_to } = socket.getPeerCertificate()
    socket.destroy()
    return {
      names: subjectaltname.split(', ').map((name) => name.replace(/^(DNS|IP Address):/, '')),
      issuer: [issuer.O, issuer.CN].flat().filter(Boolean).join(', '),
      validUntil: Date.parse(valid_to),
    }
  }
}

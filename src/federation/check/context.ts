import type { Config } from '../../config/schema.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import type { AddressGuard } from '../../net/address-guard.ts'
import type { CertificateQuestion, SeenCertificate } from '../../net/certificate.ts'
import type { Resolver } from '../../net/resolver.ts'
import type { Clock } from '../../runtime.ts'
import type { Outbound } from '../outbound.ts'

/** What a check of another identity server needs. */
export interface CheckContext {
  readonly config: Config
  readonly outbound: Outbound
  readonly resolver: Resolver
  readonly guard: AddressGuard
  readonly certificate: (question: CertificateQuestion) => Promise<SeenCertificate>
  readonly clock: Clock
  /** Looked up at the end; null for none. */
  readonly address: ThreePid | null
}

/** A signal for one step, which gets the time that one question gets. */
export function stepSignal({ config }: CheckContext): AbortSignal {
  return AbortSignal.timeout(config.federation.outbound.timeout)
}

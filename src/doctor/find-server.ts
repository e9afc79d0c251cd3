import type { Config } from '../config/schema.ts'
import { HttpFailure } from '../net/http-failure.ts'
import type { HttpResponse } from '../net/http-client.ts'
import { publicUrl } from '../public-url.ts'
import { tryPort } from './find-public.ts'
import { NotPossible, TooSlow } from './fact.ts'
import { createProbe, type Echoed } from './probe.ts'
import type { DoctorNetwork } from './world.ts'

/** Nobody, or somebody else, listens where Signpost should. */
export class ServerFailure extends Error {
  override readonly name = 'ServerFailure'
  /** `ECONNREFUSED`, ... where nothing takes connections; otherwise what answered. */
  readonly seen: string | HttpResponse | HttpFailure | TooSlow

  constructor(seen: string | HttpResponse | HttpFailure | TooSlow) {
    super('Signpost does not answer on its own listener.')
    this.seen = seen
  }
}

const TIMEOUT_MS = 3_000

/**
 * Asks the public listener on this machine, past every proxy. `unverified`: it speaks TLS with a certificate that is
 * not good, which another check reports. Throws `ServerFailure`.
 */
export async function findServer(
  config: Config,
  { http }: DoctorNetwork,
  nonce: () => Promise<string>,
): Promise<Echoed | 'unverified'> {
  const { port, host } = config.server.listen
  if (port === 0) throw new NotPossible('This needs a fixed port (server.listen.port).')
  const local = localAddress(host)
  const closed = await tryPort(local, port)
  if (closed !== null) throw new ServerFailure(closed)
  const isSecure = config.server.tls.mode !== 'proxy'
  // TLS and Host carry the public name; the connection goes to the listener.
  const { host: publicHost } = new URL(publicUrl(config))
  const probe = createProbe({
    http,
    // Asked for last: without a database it still shows whether the port is free.
    nonce: await nonce(),
    url: `${isSecure ? 'https' : 'http'}://${publicHost}`,
    targets: [{ host: local, port }],
    timeoutMs: TIMEOUT_MS,
  })
  const reply = await probe.ask({}, AbortSignal.timeout(TIMEOUT_MS)).catch((error: unknown) => {
    throw error instanceof TooSlow ? new ServerFailure(error) : error
  })
  if (reply.arrived) return reply
  const isOtherName = isSecure && reply.seen instanceof HttpFailure && reply.seen.code === 'tls'
  if (isOtherName) return 'unverified'
  throw new ServerFailure(reply.seen)
}

/** An address at which a listener on this host can be reached from this machine. */
export function localAddress(host: string): string {
  if (host === '0.0.0.0' || host === 'localhost') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

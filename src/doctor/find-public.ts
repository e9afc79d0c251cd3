import { connect, isIP } from 'node:net'
import type { Config } from '../config/schema.ts'
import type { HttpResponse } from '../net/http-client.ts'
import type { HttpFailure } from '../net/http-failure.ts'
import { hostOf, targetOf } from '../net/request-url.ts'
import { DnsFailure, type Resolver } from '../net/resolver.ts'
import { publicUrl } from '../public-url.ts'
import { NotPossible, TooSlow } from './fact.ts'
import type { Echoed, Probe } from './probe.ts'
import type { PublicPlace } from './world.ts'

/** Throws `NotPossible` for an installation that nobody has given a name yet. */
export function findPlace(config: Config): PublicPlace {
  if (config.matrix.domain === 'localhost' && config.server.publicUrl === null) {
    throw new NotPossible('This needs a Matrix domain or a public URL.')
  }
  const url = new URL(publicUrl(config))
  return {
    url: publicUrl(config),
    isSecure: url.protocol === 'https:',
    host: hostOf(url),
    port: targetOf(url).port,
  }
}

/** Why nobody knows where the public name leads. */
export class NameFailure extends Error {
  override readonly name = 'NameFailure'
  readonly code: 'missing' | 'no-answer'

  constructor(code: 'missing' | 'no-answer', message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** Throws `NameFailure`. */
export async function findAddresses(resolver: Resolver, { host }: PublicPlace): Promise<readonly string[]> {
  const addresses = await resolver.addresses(host).catch((cause: unknown) => {
    if (!(cause instanceof DnsFailure)) throw cause
    throw new NameFailure('no-answer', cause.message, cause)
  })
  if (addresses.length === 0) throw new NameFailure('missing', `${host} has no IP address.`)
  return addresses
}

/** No address of the public name takes a connection. */
export class PortFailure extends Error {
  override readonly name = 'PortFailure'
  /** Error codes of the system by address: `ECONNREFUSED`, `ETIMEDOUT`, ... */
  readonly reasons: ReadonlyMap<string, string>

  constructor(reasons: ReadonlyMap<string, string>) {
    super('No address takes a connection.')
    this.reasons = reasons
  }
}

const CONNECT_MS = 1_200

/** Where the public name leads, address by address. */
export interface OpenPort {
  /** The first address that takes connections. */
  readonly address: string
  /** Those that take none. */
  readonly closed: readonly string[]
}

/** Tries all addresses at once. Throws `PortFailure` when none takes a connection on this port. */
export async function findOpenPort(addresses: readonly string[], port: number): Promise<OpenPort> {
  const outcomes = await Promise.all(addresses.map((address) => tryPort(address, port)))
  const closed = addresses.filter((_, index) => outcomes[index] !== null)
  const address = addresses.find((one) => !closed.includes(one))
  if (address !== undefined) return { address, closed }
  throw new PortFailure(new Map(addresses.map((one, index) => [one, outcomes[index] ?? ''])))
}

/** Null when the connection stands; otherwise the code of the failure. */
export function tryPort(address: string, port: number, limitMs = CONNECT_MS): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, family: isIP(address) })
    const settle = (outcome: string | null) => {
      socket.destroy()
      resolve(outcome)
    }
    socket.setTimeout(limitMs, () => settle('ETIMEDOUT'))
    socket.once('connect', () => settle(null))
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? 'ECONNRESET'))
  })
}

/** The public URL does not lead here. */
export class DoorFailure extends Error {
  override readonly name = 'DoorFailure'
  /** What answered instead, or why nothing did. */
  readonly seen: HttpResponse | HttpFailure | TooSlow

  constructor(seen: HttpResponse | HttpFailure | TooSlow) {
    super('The public URL does not lead to this Signpost.')
    this.seen = seen
  }
}

/** The first question through the public URL. Throws `DoorFailure`. */
export async function findDoor(probe: Probe): Promise<Echoed> {
  const reply = await probe.ask({}, AbortSignal.timeout(5_000)).catch((error: unknown) => {
    throw error instanceof TooSlow ? new DoorFailure(error) : error
  })
  if (!reply.arrived) throw new DoorFailure(reply.seen)
  return reply
}

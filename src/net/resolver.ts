import { lookup, Resolver as CaresResolver } from 'node:dns/promises'
import type { Random } from '../runtime.ts'
import { parseIp } from './ip-address.ts'
import { orderSrv, type SrvRecord } from './srv-record.ts'

export { saysNotAvailable, type SrvRecord } from './srv-record.ts'

/** Names to addresses. Answers are not cached here: the operating system or the DNS server does that. */
export interface Resolver {
  /** All IPv4 and IPv6 addresses of a host; empty when the name has none. Throws DnsFailure. */
  addresses(hostname: string): Promise<readonly string[]>
  /** SRV records in the order in which to try them; empty when there are none. Throws DnsFailure. */
  srv(name: string): Promise<readonly SrvRecord[]>
}

export interface ResolverOptions {
  /** DNS servers (`192.0.2.53`, `127.0.0.1:5353`, `[::1]:53`). Empty: the operating system's way. */
  readonly servers: readonly string[]
  /** Longest wait for one answer. */
  readonly timeoutMs: number
  /** Draws among SRV records by weight. */
  readonly random: Random
}

/** DNS gave no answer, which says nothing about the name: SERVFAIL, REFUSED, no server in reach, timeout. */
export class DnsFailure extends Error {
  /** `ESERVFAIL`, `ETIMEOUT`, `EREFUSED`, ... as `node:dns` names them. */
  readonly code: string

  constructor(name: string, code: string, cause?: unknown) {
    super(`DNS gave no answer for ${name} (${code}).`, { cause })
    this.name = 'DnsFailure'
    this.code = code
  }
}

/** Codes that mean "this name has no such records"; EBADNAME is a name that cannot exist. */
const absentCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME'])

/** Resolves through the operating system (hosts file, mDNS), or through `servers` when some are given. */
export function createResolver(options: ResolverOptions): Resolver {
  const { servers, timeoutMs, random } = options
  const cares = new CaresResolver({ timeout: Math.ceil(timeoutMs / 2), tries: 2 })
  if (servers.length > 0) useServers(cares, servers)

  const ask = <T>(name: string, question: Promise<readonly T[]>) => answerOf(name, question, timeoutMs)

  return {
    async addresses(hostname) {
      if (parseIp(hostname) !== null) return [hostname]
      if (servers.length === 0) {
        const found = await ask(hostname, lookup(hostname, { all: true, order: 'verbatim' }))
        return found.map(({ address }) => address)
      }
      // IPv4 first: where IPv6 does not work, nobody waits for it. One broken family does not spoil the other.
      const families = await Promise.allSettled([
        ask(hostname, cares.resolve4(hostname)),
        ask(hostname, cares.resolve6(hostname)),
      ])
      const found = families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []))
      const failed = families.find((family) => family.status === 'rejected')
      if (found.length === 0 && failed !== undefined) throw failed.reason
      return found
    },

    async srv(name) {
      const records = await ask(name, cares.resolveSrv(name))
      const cleaned = records.map(({ name: target, port, priority, weight }) => ({
        target: target.replace(/\.$/, '') || '.',
        port,
        priority,
        weight,
      }))
      return orderSrv(cleaned, random)
    },
  }
}

export function useServers(cares: CaresResolver, servers: readonly string[]): void {
  for (const server of servers) {
    try {
      cares.setServers([server])
    } catch (cause) {
      throw new Error(
        `"${server}" is not a DNS server. Write its IP address, like 192.0.2.53 or 127.0.0.1:5353.`,
        {
          cause,
        },
      )
    }
  }
  cares.setServers(servers)
}

/** getaddrinfo cannot be cancelled and has its own idea of patience, hence the clock beside the question. */
export async function answerOf<T>(
  name: string,
  question: Promise<readonly T[]>,
  timeoutMs: number,
): Promise<readonly T[]> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DnsFailure(name, 'ETIMEOUT')), timeoutMs)
  })
  try {
    return await Promise.race([question, timeout])
  } catch (cause) {
    if (cause instanceof DnsFailure) throw cause
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'EUNKNOWN'
    if (absentCodes.has(code)) return []
    throw new DnsFailure(name, code, cause)
  } finally {
    clearTimeout(timer)
  }
}

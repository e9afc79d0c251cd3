import { Resolver as CaresResolver } from 'node:dns/promises'
import { answerOf, useServers } from './resolver.ts'

/** Records by which a domain says how its mail is sent. Empty where there are none. Throws DnsFailure. */
export interface DnsRecords {
  /** TXT records, each as one text. */
  txt(name: string): Promise<readonly string[]>
  /** Names of mail servers, the preferred ones first. */
  mx(name: string): Promise<readonly string[]>
}

export interface DnsRecordsOptions {
  /** As in `createResolver`. */
  readonly servers: readonly string[]
  readonly timeoutMs: number
}

export function createDnsRecords({ servers, timeoutMs }: DnsRecordsOptions): DnsRecords {
  const cares = new CaresResolver({ timeout: Math.ceil(timeoutMs / 2), tries: 2 })
  if (servers.length > 0) useServers(cares, servers)
  return {
    async txt(name) {
      const found = await answerOf(name, cares.resolveTxt(name), timeoutMs)
      // RFC 7208 (3.3): strings of one record are one text, without spaces between.
      return found.map((strings) => strings.join(''))
    },
    async mx(name) {
      const found = await answerOf(name, cares.resolveMx(name), timeoutMs)
      return found.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange)
    },
  }
}

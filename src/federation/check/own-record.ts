import { DnsFailure, type Resolver, type SrvRecord } from '../../net/resolver.ts'
import { serviceName } from '../discovery.ts'

/** The record by which other identity servers find this one for a domain, and what DNS has. */
export interface OwnRecord {
  readonly domain: string
  readonly name: string
  /** To be published: `0 10 443 id.example.org.` after the name. */
  readonly wanted: string
  /** `ours`: it leads here. `other`: it leads elsewhere. `unknown`: DNS gave no answer. */
  readonly state: 'ours' | 'other' | 'missing' | 'unknown'
  readonly found: readonly string[]
}

/** Asks DNS, as others would, from this machine. `publicUrl`: the base URL of the public listener. */
export async function readOwnRecord(
  resolver: Pick<Resolver, 'srv'>,
  domain: string,
  publicUrl: URL,
): Promise<OwnRecord> {
  const port = publicUrl.port === '' ? 443 : Number(publicUrl.port)
  const host = publicUrl.hostname
  const about = { domain, name: serviceName(domain), wanted: `0 10 ${port} ${host}.` }
  try {
    const records = await resolver.srv(about.name)
    const found = records.map((one) => `${one.priority} ${one.weight} ${one.port} ${one.target}.`)
    if (found.length === 0) return { ...about, state: 'missing', found }
    return { ...about, state: records.some(leadsHere(host, port)) ? 'ours' : 'other', found }
  } catch (error) {
    if (!(error instanceof DnsFailure)) throw error
    return { ...about, state: 'unknown', found: [] }
  }
}

const leadsHere = (host: string, port: number) => (record: SrvRecord) =>
  record.port === port && record.target.replace(/\.$/, '').toLowerCase() === host.toLowerCase()

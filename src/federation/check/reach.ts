import { isIP } from 'node:net'
import { HttpFailure } from '../../net/http-failure.ts'
import { hostOf, targetOf } from '../../net/request-url.ts'
import { DnsFailure } from '../../net/resolver.ts'
import { absences } from '../domain-lookup.ts'
import { readRecords, serviceName } from '../discovery.ts'
import type { Peer } from '../peer.ts'
import { fromHttpFailure, PeerFailure } from '../peer-failure.ts'
import { stepSignal, type CheckContext } from './context.ts'
import type { StepResult } from './step.ts'

const DAY_MS = 86_400_000
/** Certificates that are renewed by machines are renewed earlier than this. */
const SOON_MS = 14 * DAY_MS

/** The record of a domain as DNS has it now, and the peer that it names. Throws PeerFailure. */
export async function readDns(
  { resolver }: CheckContext,
  domain: string,
): Promise<{ readonly peer: Peer; readonly result: StepResult }> {
  const name = serviceName(domain)
  const records = await resolver.srv(name).catch((error: unknown) => {
    throw error instanceof DnsFailure ? dnsFailure(error) : error
  })
  const found = readRecords(domain, records)
  if (found.peer === null) {
    const example = `${name}. 3600 IN SRV 10 0 443 id.${domain}.`
    const fix = `Its operator publishes where its identity server is, for example: ${example}`
    throw new PeerFailure('dns', absences[found.reason](domain), fix)
  }
  const list = records.map(({ priority, weight, port, target }) => `${priority} ${weight} ${port} ${target}`)
  return { peer: found.peer, result: { detail: `${name}: ${list.join('; ')}` } }
}

/** The addresses of all servers of a peer. Throws PeerFailure when none of them may be connected to. */
export async function checkAddresses(context: CheckContext, { urls, trust }: Peer): Promise<StepResult> {
  const { resolver, guard } = context
  const good: string[] = []
  const bad: PeerFailure[] = []
  for (const host of new Set(urls.map((url) => hostOf(new URL(url))))) {
    const addresses = await resolver.addresses(host).catch((error: unknown) => {
      if (error instanceof DnsFailure) return dnsFailure(error)
      throw error
    })
    if (addresses instanceof PeerFailure) bad.push(addresses)
    else if (addresses.length === 0) bad.push(noAddress(host))
    else if (trust === 'stranger' && !addresses.every((one) => guard.check(one)))
      bad.push(refused(host, addresses))
    else good.push(isIP(host) === 0 ? `${host}: ${addresses.join(', ')}` : host)
  }
  return weigh(good, bad)
}

/** The certificates of all servers of a peer. Throws PeerFailure when none of them can be used. */
export async function checkTls(context: CheckContext, { urls, trust }: Peer): Promise<StepResult | null> {
  const secure = urls.map((url) => new URL(url)).filter(({ protocol }) => protocol === 'https:')
  if (secure.length === 0) return null
  const { clock, guard, certificate } = context
  const good: string[] = []
  const bad: PeerFailure[] = []
  let endsAt = Number.POSITIVE_INFINITY
  for (const url of secure) {
    try {
      const target = targetOf(url)
      const signal = stepSignal(context)
      const timeoutMs = context.config.federation.outbound.timeout
      const seen = await certificate({
        target,
        guard: trust === 'stranger' ? guard : null,
        timeoutMs,
        signal,
      })
      endsAt = Math.min(endsAt, seen.validUntil)
      const until = new Date(seen.validUntil).toISOString().slice(0, 10)
      good.push(`${url.host}: certificate for ${seen.names.join(', ')}, by ${seen.issuer}, until ${until}`)
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error
      bad.push(fromHttpFailure(error))
    }
  }
  const result = weigh(good, bad)
  if (result.outcome === 'warning' || endsAt > clock.now() + SOON_MS) return result
  return { ...result, outcome: 'warning', fix: 'Its operator should renew the certificate soon.' }
}

/** Good when all are, a warning when some are. Throws the first failure when none is. */
function weigh(good: readonly string[], bad: readonly PeerFailure[]): StepResult {
  const [failure] = bad
  if (failure === undefined) return { detail: good.join('; ') }
  if (good.length === 0) throw failure
  return {
    outcome: 'warning',
    detail: [...good, ...bad.map(({ message }) => message)].join('; '),
    fix: failure.fix,
  }
}

function dnsFailure(error: DnsFailure): PeerFailure {
  const fix = 'Ask again later. Where other names fail too, check the DNS of this machine.'
  return new PeerFailure('dns', error.message, fix, error)
}

function noAddress(host: string): PeerFailure {
  return new PeerFailure('dns', `${host} has no IP address.`, 'Its operator has to correct its DNS.')
}

function refused(host: string, addresses: readonly string[]): PeerFailure {
  const fix = 'List it in network.allowPrivate if that server is meant to be on private ground.'
  return new PeerFailure('address', `${host} leads to ${addresses.join(', ')}, which is not public.`, fix)
}

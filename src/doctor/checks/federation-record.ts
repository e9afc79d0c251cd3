import { canonicalDomain } from '../../matrix/threepid.ts'
import { serviceName } from '../../federation/discovery.ts'
import type { Config } from '../../config/schema.ts'
import { DnsFailure, saysNotAvailable, type SrvRecord } from '../../net/resolver.ts'
import type { DoctorCheck, Faults, Result } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld, PublicPlace } from '../world.ts'

const faults = {
  'federation-record-missing': {
    status: 'warning',
    meaning:
      'Other organisations do not find your people: DNS does not say where the identity server of your domain is.',
    cause: 'The SRV record was not published yet.',
    fix: 'Publish it; signpost snippet dns prints the line. If others shall not find anybody: federation.inbound.enabled: false',
  },
  'federation-record-elsewhere': {
    status: 'problem',
    meaning: 'Other organisations ask another server for your people.',
    cause: 'The SRV record still names the former identity server, or another port.',
    fix: 'Correct the record; signpost snippet dns prints the line.',
  },
  'federation-record-refuses': {
    status: 'problem',
    meaning: 'DNS says that your domain has no identity server, so that other organisations do not ask.',
    cause: 'The SRV record has the target "." (RFC 2782).',
    fix: 'Correct the record (signpost snippet dns prints the line), or set federation.inbound.enabled: false if that is meant.',
  },
  'federation-record-unknown': {
    status: 'warning',
    meaning: 'DNS gives no answer about the SRV record of your domain; others may not get one either.',
    cause: 'The DNS server of this machine or that of the domain does not answer questions for SRV records.',
    fix: 'Ask by hand, here and elsewhere: dig SRV _matrix-identity._tcp.DOMAIN; dig @9.9.9.9 SRV _matrix-identity._tcp.DOMAIN',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const federationRecord: DoctorCheck = {
  code: 'federation-record',
  area: 'federation',
  title: 'the DNS record by which others find Signpost',
  faults,
  limitMs: 5_000,
  async run(world) {
    const config = await world.config.need()
    if (!config.federation.inbound.enabled)
      throw new NotPossible('Others are not answered (federation.inbound).')
    const place = await world.place.need()
    return await Promise.all(publishedDomains(config).map((domain) => ofDomain(world, place, domain)))
  },
}

/** The e-mail domains whose people others may find; without a list, that of the homeserver stands for all. */
export function publishedDomains({ federation, matrix }: Config): readonly string[] {
  const { domains } = federation.inbound
  const own = matrix.domain.replace(/:\d+$/, '')
  return (domains.length === 0 ? [own] : domains).map((domain) => canonicalDomain(domain) ?? domain)
}

async function ofDomain({ network }: DoctorWorld, place: PublicPlace, domain: string): Promise<Result> {
  const { resolver } = await network.need()
  const name = serviceName(domain)
  const line = `${name}. 3600 IN SRV 10 0 ${place.port} ${place.host}.`
  const records = await resolver.srv(name).catch((error: unknown) => {
    if (error instanceof DnsFailure) return error
    throw error
  })
  if (records instanceof DnsFailure) {
    return found('federation-record-unknown', { subject: domain, detail: records.message })
  }
  if (records.length === 0) {
    return found('federation-record-missing', {
      subject: domain,
      detail: `There is no ${name}.`,
      fix: `Publish in the zone of ${domain}: ${line} - or, if others shall not find anybody: federation.inbound.enabled: false`,
    })
  }
  if (saysNotAvailable(records)) {
    return found('federation-record-refuses', { subject: domain, detail: `${name} says ".".` })
  }
  if (records.some((record) => leadsTo(record, place))) {
    return fine('federation-record', `${name} leads to ${place.host}, port ${place.port}.`, domain)
  }
  const seen = records.map(({ target, port }) => `${target}:${port}`).join(', ')
  return found('federation-record-elsewhere', {
    subject: domain,
    detail: `${name} leads to ${seen}; Signpost is at ${place.host}:${place.port}.`,
    fix: `Publish in the zone of ${domain}: ${line}`,
  })
}

function leadsTo({ target, port }: SrvRecord, place: PublicPlace): boolean {
  return target.toLowerCase() === place.host.toLowerCase() && port === place.port
}

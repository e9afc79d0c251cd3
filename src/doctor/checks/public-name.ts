import type { DoctorCheck, Faults } from '../check.ts'
import { NameFailure } from '../find-public.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'public-name-missing': {
    status: 'problem',
    meaning: 'The name in the public URL has no IP address, so that nobody can reach Signpost.',
    cause: 'The DNS record was never made, or the name is misspelt in server.publicUrl.',
    fix: 'Publish an A or AAAA record for the name; signpost snippet dns prints it.',
  },
  'dns-no-answer': {
    status: 'problem',
    meaning:
      'DNS gives no answer for the name in the public URL, which says nothing about whether it exists.',
    cause: 'The DNS server of this machine or that of the domain is down, or a DNSSEC signature is broken.',
    fix: 'Ask by hand, here and elsewhere: dig NAME; dig @9.9.9.9 NAME - and check network.dnsServers.',
  },
  'public-url-not-secure': {
    status: 'warning',
    meaning:
      'The public URL leads to this machine alone. Matrix clients and homeservers ask identity servers through https:// only.',
    cause: 'server.publicUrl was written for a test.',
    fix: 'Set server.publicUrl to https://..., and let the reverse proxy or server.tls speak TLS.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const publicName: DoctorCheck = {
  code: 'public-name',
  area: 'public-url',
  title: 'the name in the public URL',
  faults,
  limitMs: 4_500,
  async run({ place, publicAddresses }) {
    const { host, isSecure, url } = await place.need()
    if (!isSecure) return [found('public-url-not-secure', { detail: `The public URL is ${url}.` })]
    try {
      const addresses = await publicAddresses.look()
      return [fine('public-name', `${host} leads to ${addresses.join(', ')}.`)]
    } catch (error) {
      if (!(error instanceof NameFailure)) throw error
      if (error.code === 'missing') return [found('public-name-missing', { detail: error.message })]
      return [
        found('dns-no-answer', {
          detail: error.message,
          fix: `Ask by hand, here and elsewhere: dig ${host}; dig @9.9.9.9 ${host} - and check network.dnsServers.`,
        }),
      ]
    }
  },
}

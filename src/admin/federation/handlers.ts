import type { Activity } from '../../activity/activity.ts'
import { baseUrl } from '../../config/types.ts'
import type { Config } from '../../config/schema.ts'
import type { SecretReader } from '../../config/secrets.ts'
import { checkCentral, checkDomain } from '../../federation/check/check-peer.ts'
import { readOwnRecord } from '../../federation/check/own-record.ts'
import type { PeerCheckStep } from '../../federation/check/step.ts'
import { domainOf } from '../../federation/domains.ts'
import type { FederationPause } from '../../federation/pause.ts'
import { canonicalDomain, canonicalEmail, type ThreePid } from '../../matrix/threepid.ts'
import { createCertificateReader } from '../../net/certificate.ts'
import { openOutbound } from '../../open-outbound.ts'
import { publicUrl } from '../../public-url.ts'
import type { Runtime } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import type { federationContract } from './contract.ts'

export interface FederationOptions {
  readonly runtime: Runtime
  readonly config: () => Config
  readonly dataDir: string
  readonly secrets: SecretReader
  readonly activity: Pick<Activity, 'hosts' | 'dependencies'>
  readonly federationPause: FederationPause
}

const purposes = ['peer', 'central', 'bridge'] as const
/** Longer than anybody means: it would be a switch, and that one stands in the settings. */
const LONGEST_PAUSE_MS = 7 * 86_400_000

export function createFederationHandlers(options: FederationOptions): Handlers<typeof federationContract> {
  const { runtime, config, activity, federationPause } = options

  return {
    async 'GET /api/federation'() {
      const { outbound, inbound } = config().federation
      const hosts = await activity.hosts.read()
      const peers = hosts.flatMap((host) => {
        const purpose = purposes.find((one) => one === host.purpose)
        if (purpose === undefined) return []
        const health = activity.dependencies.health(`${purpose} ${host.host}`)
        const state = health?.state ?? ('unknown' as const)
        return [{ ...host, purpose, state, lastError: health?.lastError ?? null }]
      })
      return {
        pausedUntil: federationPause.until(),
        isAsking: outbound.enabled,
        isAnswering: inbound.enabled,
        peers,
      }
    },

    async 'POST /api/federation/pause'({ body: { until } }, { note }) {
      if (until !== null && until > runtime.clock.now() + LONGEST_PAUSE_MS) {
        throw new AdminError('not-possible', { message: 'A pause lasts a week at most.' })
      }
      const before = federationPause.until()
      await federationPause.pause(until)
      note({ before, after: federationPause.until() })
      return { pausedUntil: federationPause.until() }
    },

    async 'POST /api/federation/records'() {
      const current = config()
      const names = [current.matrix.domain.replace(/:\d+$/, ''), ...current.federation.inbound.domains]
      const domains = new Set(names.map(canonicalDomain).filter((name) => name !== null))
      const { resolver, http } = await openOutbound(options, { ...options, config: current })
      try {
        const url = new URL(publicUrl(current))
        return { records: await Promise.all([...domains].map((name) => readOwnRecord(resolver, name, url))) }
      } finally {
        await http.close()
      }
    },

    async 'POST /api/federation/check'({ body: { target, address = '' } }) {
      const current = config()
      const { domain, url } = readTarget(target)
      const asked = readAddress(address, domain)
      const { http, authorities, ...network } = await openOutbound(options, { ...options, config: current })
      const context = {
        ...{ ...network, config: current, clock: runtime.clock, address: asked },
        certificate: createCertificateReader(network.resolver, authorities),
      }
      try {
        const steps: PeerCheckStep[] = []
        const all = domain === null ? checkCentral(context, url ?? '') : checkDomain(context, domain)
        for await (const step of all) steps.push(step)
        return { steps }
      } finally {
        await http.close()
      }
    },
  }
}

function readTarget(text: string): { readonly domain: string | null; readonly url: string | null } {
  if (text.includes('://')) {
    const url = baseUrl().safeParse(text)
    if (url.success) return { domain: null, url: url.data }
    throw invalid('target', 'Write a URL that begins with https://.')
  }
  const domain = canonicalDomain(text)
  if (domain === null) throw invalid('target', 'Write a domain, such as example.org.')
  return { domain, url: null }
}

/** The server of a domain is asked for addresses of this domain alone; any other is none of its business. */
function readAddress(text: string, domain: string | null): ThreePid | null {
  if (text === '') return null
  const address = canonicalEmail(text)
  if (address === null || (domain !== null && domainOf(address) !== domain)) {
    throw invalid('address', `Write an e-mail address${domain === null ? '' : ` of ${domain}`}.`)
  }
  return { medium: 'email', address }
}

const invalid = (path: string, message: string) =>
  new AdminError('invalid', { problems: [{ path, message }] })

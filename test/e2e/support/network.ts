import type { ConfigInput } from '../../../src/config/schema.ts'
import { createAuthority, type Authority } from '../../support/certificate-authority.ts'
import { dnsmasqUnavailable, startDnsmasq, type Dnsmasq, type NamedRecord } from '../../support/dnsmasq.ts'
import { ownResolvConfUnavailable } from '../../support/resolv-conf.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { startOrganisation, type Organisation, type Place } from './organisation.ts'
import { startRecordingProxy, type RecordingProxy } from './recording-proxy.ts'

/** One organisation, as others find it: by DNS alone, through proxies that record what they say. */
export interface Member extends Organisation {
  /** Its people have their e-mail addresses here; `_matrix-identity._tcp` of this domain leads to its Signpost. */
  readonly mailDomain: string
  /** What other homeservers and Signposts ask its homeserver. */
  readonly toHomeserver: RecordingProxy
  /** What other Signposts ask its Signpost. */
  readonly toSignpost: RecordingProxy
}

/** The network of the specification's architecture picture: two organisations that know nothing of each other. */
export interface Network {
  readonly dns: Dnsmasq
  /** What DNS says. */
  readonly records: readonly NamedRecord[]
  /** `hs1.example.org`, mail domain `office.example`. */
  readonly hs1: Member
  /** `hs2.example.org`, mail domain `school.example`. */
  readonly hs2: Member
  stop(): Promise<void>
}

/** Why there can be no network, or null. */
export function networkUnavailable(): string | null {
  return dnsmasqUnavailable() ?? ownResolvConfUnavailable()
}

/** Starts both organisations at once; `configs` are laid over the configurations of their Signposts. */
export async function startNetwork(configs: Readonly<Record<'hs1' | 'hs2', ConfigInput>>): Promise<Network> {
  const authority = await createAuthority(await createTempDir('authority'))
  const names = { hs1: namesOf('hs1', 'office.example'), hs2: namesOf('hs2', 'school.example') }
  // Homeservers ask for names from their start on, and the ports are not known yet.
  const dns = await startDnsmasq({ records: [...hostsOf(names.hs1), ...hostsOf(names.hs2)] })
  const [hs1, hs2] = await Promise.all(
    (['hs1', 'hs2'] as const).map((id) => startMember(names[id], authority, dns, configs[id])),
  )
  if (hs1 === undefined || hs2 === undefined) throw new Error('a member is missing')
  const records = [...recordsOf(names.hs1, hs1), ...recordsOf(names.hs2, hs2)]
  await dns.serve({ records })
  return {
    dns,
    records,
    hs1,
    hs2,
    async stop() {
      await Promise.all([hs1.stop(), hs2.stop()])
      await dns.stop()
    },
  }
}

interface Names {
  readonly serverName: string
  readonly identityHost: string
  readonly mailDomain: string
}

const namesOf = (id: string, mailDomain: string): Names => ({
  serverName: `${id}.example.org`,
  identityHost: `id.${id}.example.org`,
  mailDomain,
})

async function startMember(
  { mailDomain, ...names }: Names,
  authority: Authority,
  dns: Dnsmasq,
  config: ConfigInput,
): Promise<Member> {
  const place: Place = { authority, nameserver: dns.ip, ...names }
  const organisation = await startOrganisation({ place, config, settleMs: 1_500 })
  const [toHomeserver, toSignpost] = await Promise.all([
    startRecordingProxy({ target: organisation.synapse.clientUrl, authority, host: names.serverName }),
    startRecordingProxy({
      target: organisation.signpost.publicAddress,
      authority,
      host: names.identityHost,
    }),
  ])
  return {
    ...organisation,
    get signpost() {
      return organisation.signpost
    },
    mailDomain,
    toHomeserver,
    toSignpost,
    async stop() {
      await organisation.stop()
      await Promise.all([toHomeserver.close(), toSignpost.close()])
    },
  }
}

/** Everything is on this machine; the certificates are for the names. */
function hostsOf({ serverName, identityHost }: Names): readonly NamedRecord[] {
  return [serverName, identityHost].map((name) => ({ name, type: 'A', address: '127.0.0.1' }))
}

function recordsOf(names: Names, { toHomeserver, toSignpost }: Member): readonly NamedRecord[] {
  const { serverName, identityHost, mailDomain } = names
  const srv = (name: string, target: string, port: number) => ({ name, type: 'SRV', target, port }) as const
  return [
    ...hostsOf(names),
    srv(`_matrix-fed._tcp.${serverName}`, serverName, toHomeserver.port),
    // The name of the homeserver is the one under which a Signpost signs; its key is looked for there.
    srv(`_matrix-identity._tcp.${serverName}`, identityHost, toSignpost.port),
    srv(`_matrix-identity._tcp.${mailDomain}`, identityHost, toSignpost.port),
  ]
}

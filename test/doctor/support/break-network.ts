import { createNetworkList } from '../../../src/net/network-list.ts'
import { synapseBlocklist } from '../../../src/homeserver/synapse-blocklist.ts'
import { json, startHttpPeer } from '../../support/http-peer.ts'
import { loopbackAddress } from '../../support/loopback-address.ts'
import { withConfig, type Break } from './break.ts'
import { announce, domain, issue, publicHost, siteHandler, type BreakableWorld } from './doctor-world.ts'
import type { MemoryAuthority } from '../../gateway/tls/support/authority.ts'
import { createMemoryAuthority } from '../../gateway/tls/support/authority.ts'

const DAYS_AGO = -3

/** Another answer of DNS for the public name. */
const leadingTo =
  (...addresses: readonly string[]): Break['inject'] =>
  ({ dns }) => {
    dns.host(publicHost, ...addresses)
    return () => dns.host(publicHost, '127.0.0.1')
  }

const presenting =
  (make: (authority: MemoryAuthority) => { readonly key: string; readonly cert: string }): Break['inject'] =>
  ({ proxy, authority }) => {
    proxy.useCertificate(make(authority))
    return () => proxy.useCertificate(issue(authority, [publicHost]))
  }

const telling =
  (handler: (world: BreakableWorld) => Parameters<BreakableWorld['site']['handle']>[0]): Break['inject'] =>
  (world) => {
    world.site.handle(handler(world))
    const { publicUrl } = world
    return () => world.site.handle(siteHandler({ homeserver: publicUrl, identityServer: publicUrl }))
  }

export const networkFaults: readonly Break[] = [
  {
    name: 'the public name does not exist',
    inject({ dns }) {
      dns.answer(publicHost, 'A', [])
      return () => dns.host(publicHost, '127.0.0.1')
    },
    finds: ['public-name-missing'],
  },
  {
    name: 'DNS answers SERVFAIL',
    inject({ dns }) {
      dns.answer(publicHost, 'A', 'SERVFAIL')
      dns.answer(publicHost, 'AAAA', 'SERVFAIL')
      return () => {
        dns.answer(publicHost, 'AAAA', [])
        dns.host(publicHost, '127.0.0.1')
      }
    },
    finds: ['dns-no-answer'],
  },
  {
    name: 'the public port is closed',
    inject: leadingTo(loopbackAddress()),
    finds: ['public-port-closed'],
  },
  {
    name: 'the public port is closed on one of two addresses',
    inject: leadingTo('127.0.0.1', loopbackAddress()),
    finds: ['public-port-partly-closed'],
  },
  {
    name: 'the public address does not answer from behind a router without hairpin',
    inject: leadingTo('192.0.2.1'),
    options: () => ({
      machine: { addresses: () => ['10.0.0.5'] },
      homeserverBlocklist: createNetworkList(['10.0.0.0/8']),
    }),
    finds: ['public-address-unreachable-from-inside'],
  },
  {
    name: 'the public name leads to an address that Synapse refuses',
    inject: () => {},
    options: () => ({ homeserverBlocklist: synapseBlocklist }),
    finds: ['homeserver-refuses-address'],
  },
  {
    name: 'the certificate is for another name',
    inject: presenting((authority) => issue(authority, ['www.school.test'])),
    finds: [`certificate-name-mismatch (${publicHost})`],
  },
  {
    name: 'the certificate has run out',
    inject: presenting((authority) => issue(authority, [publicHost], { from: -90, to: DAYS_AGO })),
    finds: [`certificate-expired (${publicHost})`],
  },
  {
    name: 'the certificate runs out in three days',
    inject: presenting((authority) => issue(authority, [publicHost], { from: -87, to: 3 })),
    finds: [`certificate-expires-soon (${publicHost})`],
  },
  {
    name: 'the intermediate certificate is missing',
    inject: presenting((authority) =>
      issue(authority.below('World Intermediate'), [publicHost], {
        issuerUrl: 'http://127.0.0.1:1/middle.der',
      }),
    ),
    finds: [`certificate-chain-incomplete (${publicHost})`],
  },
  {
    name: 'nobody knows the authority of the certificate',
    inject: presenting(() => issue(createMemoryAuthority('Nobody knows me', Date.now()), [publicHost])),
    finds: [`certificate-unknown-authority (${publicHost})`],
  },
  {
    name: 'the proxy speaks no TLS',
    async inject({ dns, proxy }) {
      const address = loopbackAddress()
      const plain = await startHttpPeer({ address, port: proxy.port, handler: json(200, {}) })
      dns.host(publicHost, address)
      return async () => {
        dns.host(publicHost, '127.0.0.1')
        await plain.close()
      }
    },
    finds: ['public-url-no-tls'],
  },
  {
    name: 'nobody has published the SRV record',
    inject({ dns, proxy }) {
      dns.answer(`_matrix-identity._tcp.${domain}`, 'SRV', [])
      return () => announce(dns, { target: publicHost, port: proxy.port })
    },
    finds: [`federation-record-missing (${domain})`],
  },
  {
    name: 'the SRV record leads to the former server',
    inject({ dns, proxy }) {
      announce(dns, { target: 'old.school.test', port: 443 })
      return () => announce(dns, { target: publicHost, port: proxy.port })
    },
    finds: [`federation-record-elsewhere (${domain})`],
  },
  {
    name: 'the SRV record says that there is no identity server',
    inject({ dns, proxy }) {
      announce(dns, { target: '.', port: 0 })
      return () => announce(dns, { target: publicHost, port: proxy.port })
    },
    finds: [`federation-record-refuses (${domain})`],
  },
  {
    name: 'DNS does not answer questions for SRV records',
    inject({ dns, proxy }) {
      dns.answer(`_matrix-identity._tcp.${domain}`, 'SRV', 'SERVFAIL')
      return () => announce(dns, { target: publicHost, port: proxy.port })
    },
    finds: [`federation-record-unknown (${domain})`],
  },
  {
    name: 'the public URL leads to this machine alone',
    inject: async (world) => {
      const { publicAddress: publicUrl } = world.appliance
      return await withConfig((config) => ({ ...config, server: { ...config.server, publicUrl } }))(world)
    },
    finds: [
      `federation-record-elsewhere (${domain})`,
      'public-url-not-secure',
      'well-known-identity-differs',
    ],
  },
  {
    name: 'others ask through a filter that takes them for an attack',
    inject({ proxy }) {
      proxy.fail({
        refusedTargets: /org\.signpost\.federation\/hash_details$/,
      })
      return () => proxy.fail(null)
    },
    finds: ['federation-inbound-failing'],
  },
  {
    name: 'clients are told nothing',
    inject: telling(() => json(404, {})),
    finds: ['well-known-client-missing'],
  },
  {
    name: 'clients are told another identity server',
    inject: telling(({ publicUrl }) =>
      siteHandler({ homeserver: publicUrl, identityServer: 'https://vector.im' }),
    ),
    finds: ['well-known-identity-differs'],
  },
  {
    name: 'clients are told no identity server',
    inject: telling(({ publicUrl }) => siteHandler({ homeserver: publicUrl, identityServer: null })),
    finds: ['well-known-identity-missing'],
  },
  {
    name: 'browsers may not read what clients are told',
    inject: telling(({ publicUrl }) => siteHandler({ homeserver: publicUrl, identityServer: publicUrl }, {})),
    finds: ['well-known-client-not-shared'],
  },
  {
    name: 'the web site answers everything with its start page',
    inject: telling(
      () => (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>School</h1>'),
    ),
    finds: ['well-known-client-broken', 'well-known-server-broken'],
  },
]

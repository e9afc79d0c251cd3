import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority } from '../support/certificate-authority.ts'
import { startDnsServer } from '../support/dns-server.ts'
import { freePorts } from '../support/free-port.ts'
import { startHttpPeer, type Handler } from '../support/http-peer.ts'
import { requestBytes } from './load.ts'
import { hashDetails, measure, type Measurement } from './lookups.ts'
import { addressOf, benchToken, seedDatabase, userOf } from './seed.ts'
import { startSignpost } from './servers.ts'
import { startStandInHomeserver } from './stand-in-homeserver.ts'

/** People of the organisation that is asked; as many addresses of it belong to nobody. */
const PEOPLE = 100_000
/** Different addresses of the lookups that are answered from memory. */
const REMEMBERED = 200
const asking = 'asking.example'

/**
 * Lookups that one Signpost passes on to the Signpost of example.org, found by DNS, over TLS. Both, the load and the DNS
 * server are on this machine, so that there is no network in the figures.
 */
export async function measureFederation(): Promise<readonly string[]> {
  const dir = mkdtempSync(join(tmpdir(), 'signpost-bench-'))
  const dataDirs = { asking: mkdtempSync(join(dir, 'asking-')), asked: mkdtempSync(join(dir, 'asked-')) }
  const [dns, homeserver, authority, ports, adminPorts] = await Promise.all([
    startDnsServer(),
    startStandInHomeserver(),
    createAuthority(dir),
    freePorts(2),
    freePorts(2),
    seedDatabase(dataDirs.asking, 0, `@bench:${asking}`),
    seedDatabase(dataDirs.asked, PEOPLE),
  ])
  const shared = {
    homeserverUrl: homeserver.url,
    more: `network: { dnsServers: ['${dns.address}'], caFile: '${authority.caFile}', allowPrivate: [127.0.0.1] }\n`,
  }
  const [port, askedPort] = ports
  const [adminPort, askedAdminPort] = adminPorts
  const tls = await authority.issue(['id.example.org'])
  const startAsked = () =>
    startSignpost({ ...shared, dataDir: dataDirs.asked, port: askedPort, adminPort: askedAdminPort, tls })
  const askingServer = await startSignpost({
    ...shared,
    ...{ dataDir: dataDirs.asking, port, adminPort, domain: asking },
  })
  // The load knows no TLS; the one question to the asking server, for its key, comes through this.
  const front = await startHttpPeer({
    tls: await authority.issue([`id.${asking}`]),
    handler: passOn(`http://127.0.0.1:${port}`),
  })
  announce('example.org', askedPort)
  announce(asking, front.port)

  function announce(domain: string, at: number): void {
    dns.host(`id.${domain}`, '127.0.0.1')
    dns.answer(`_matrix-identity._tcp.${domain}`, 'SRV', [{ type: 'SRV', target: `id.${domain}`, port: at }])
  }

  try {
    const pepper = await hashDetails(port)
    const fresh = newAddresses(pepper)
    const kinds: readonly Measurement[] = [
      { ...lookups('cold, one after the other', port, 1, fresh(1, 10_000)), connections: 1 },
      lookups('cold, 1 address a request', port, 1, fresh(1, 20_000)),
      lookups('cold, 10 addresses a request', port, 10, fresh(10, 10_000)),
      lookups('remembered, 1 address a request', port, 1, newAddresses(pepper)(1, REMEMBERED)),
    ]
    const facts: string[] = []
    for (const [turn, kind] of kinds.entries()) {
      // It takes so many questions of one server in five minutes, and remembers them in memory.
      const asked = await startAsked()
      try {
        await checkFound(port, pepper, PEOPLE - 1 - turn)
        facts.push(await measureOne(kind))
      } finally {
        await asked.stop()
      }
    }
    await checkNoneFailed(adminPort)
    return facts
  } finally {
    await Promise.all([askingServer.stop(), front.close(), dns.close()])
    homeserver.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Bodies in clear that ask for addresses no other body asks for; every second address has an owner. */
function newAddresses(pepper: string): (size: number, count: number) => Buffer[] {
  let asked = 0
  return (size, count) =>
    Array.from({ length: count }, () => lookupRequest(pepper, Array.from({ length: size }, nextAddress)))

  function nextAddress(): string {
    const turn = asked++
    return addressOf(turn % 2 === 0 ? turn / 2 : PEOPLE + turn)
  }
}

function lookupRequest(pepper: string, addresses: readonly string[]): Buffer {
  const entries = addresses.map((address) => `${address} email`)
  const body = { algorithm: 'none', pepper, addresses: entries }
  return requestBytes('POST', '/_matrix/identity/v2/lookup', benchToken, body)
}

function lookups(name: string, port: number, size: number, requests: readonly Buffer[]): Measurement {
  return { name, associations: '100k', port, requests, addressesPerRequest: size, seconds: 1 }
}

async function measureOne(kind: Measurement): Promise<string> {
  const [row] = await measure(kind)
  if (row === undefined) throw new Error('nothing was measured')
  const ms = (value: number) => `${value.toFixed(2)} ms`
  const rates = `${row.perSecond.toFixed(0)} requests/s, ${row.addressesPerSecond.toFixed(0)} addresses/s`
  return `federated lookup, ${kind.name}: ${rates}, p50 ${ms(row.p50)}, p99 ${ms(row.p99)}, ${row.failed} failed`
}

/** Figures of lookups that find nobody would mean nothing. */
async function checkFound(port: number, pepper: string, person: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/_matrix/identity/v2/lookup`, {
    method: 'POST',
    headers: { authorization: `Bearer ${benchToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ algorithm: 'none', pepper, addresses: [`${addressOf(person)} email`] }),
  })
  const text = await answer.text()
  if (!text.includes(userOf(person))) throw new Error(`The other server's people are not found: ${text}`)
}

/** A server that failed is left alone, and lookups are quick then. */
async function checkNoneFailed(adminPort: number): Promise<void> {
  const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
  const failed = /^signpost_federation_requests_total\{direction="out",result="failed"\} (\d+)/m.exec(metrics)
  if (failed !== null)
    throw new Error(`${failed[1]} questions to the other server failed: nothing was measured`)
}

function passOn(target: string): Handler {
  return ({ url }, response) =>
    void fetch(target + url)
      .then(async (answer) => {
        const body = await answer.text()
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body)
      })
      .catch(() => response.destroy())
}

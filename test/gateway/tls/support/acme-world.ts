import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConfigInput } from '../../../../src/config/schema.ts'
import { startTestAppliance, type TestAppliance } from '../../../support/appliance.ts'
import { startDnsServer, type DnsServer } from '../../../support/dns-server.ts'
import { loopbackAddress } from '../../../support/loopback-address.ts'
import { startPebble, type Pebble, type PebbleOptions } from '../../../support/pebble.ts'
import { createTempDir } from '../../../support/temp-dir.ts'
import { startAcmeFront, type AcmeFront } from './acme-front.ts'

export const NAME = 'matrix.example.org'

type AcmeInput = NonNullable<NonNullable<NonNullable<ConfigInput['server']>['tls']>['acme']>

/** A certification authority, names, and appliances that want certificates. */
export interface AcmeWorld {
  readonly pebble: Pebble
  readonly front: AcmeFront
  readonly dns: DnsServer
  readonly dataDir: string
  /** The address of everything here, and of the name. */
  readonly ip: string
  readonly ports: { readonly http: number; readonly tls: number }
  /** The clock of the appliances and of the authority, away from this machine's. */
  setClock(offsetMs: number): void
  /** Only that of the appliances. */
  setOwnClock(offsetMs: number): void
  now(): number
  config(acme?: AcmeInput): ConfigInput
  /** The former one is stopped first; the data directory stays. */
  start(acme?: AcmeInput): Promise<TestAppliance>
  stopAppliance(): Promise<void>
  stop(): Promise<void>
}

export async function createAcmeWorld(options: Partial<PebbleOptions> = {}): Promise<AcmeWorld> {
  const ip = loopbackAddress()
  const [http, tls] = [8080, 8443]
  const dns = await startDnsServer()
  dns.host(NAME, ip)
  const pebble = await startPebble({ ip, httpPort: http, tlsPort: tls, dnsServer: dns.address, ...options })
  const front = await startAcmeFront(pebble, ip)
  const dataDir = await createTempDir('acme')
  const caFile = join(dataDir, 'front.pem')
  await writeFile(caFile, front.caPem)
  let offset = 0
  let appliance: TestAppliance | null = null
  const clock = { now: () => Date.now() + offset }

  const config = (acme: AcmeInput = {}): ConfigInput => ({
    matrix: { domain: NAME },
    server: {
      listen: { host: ip, port: tls },
      tls: {
        mode: 'acme',
        acme: { directory: front.directory, caFile, agreeToTerms: true, httpPort: http, ...acme },
      },
    },
  })

  async function stopAppliance(): Promise<void> {
    await appliance?.stop()
    appliance = null
  }

  return {
    pebble,
    front,
    dns,
    dataDir,
    ip,
    ports: { http, tls },
    setClock(offsetMs) {
      offset = offsetMs
      front.setClock(offsetMs)
    },
    setOwnClock: (offsetMs) => (offset = offsetMs),
    now: clock.now,
    config,
    async start(acme) {
      await stopAppliance()
      appliance = await startTestAppliance({
        ...{ dataDir, clock, config: config(acme) },
        tlsPace: { renewal: 50, order: 20 },
      })
      return appliance
    },
    stopAppliance,
    async stop() {
      await stopAppliance()
      await front.close()
      await pebble.stop()
      await dns.close()
    },
  }
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { ConfigInput } from '../../src/config/schema.ts'
import { openDoctorWorld } from '../../src/doctor/open-world.ts'
import { runDoctor } from '../../src/doctor/run-doctor.ts'
import { createNetworkList } from '../../src/net/network-list.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { createMemoryAuthority } from '../gateway/tls/support/authority.ts'
import { startTestAppliance, withTestDefaults, type TestAppliance } from '../support/appliance.ts'
import { startDnsServer, type DnsServer } from '../support/dns-server.ts'
import { freePort } from '../support/free-port.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { faultsIn } from './support/doctor-world.ts'

const host = 'id.school.test'

describe('the doctor of a Signpost that speaks TLS itself', () => {
  let dns: DnsServer
  let appliance: TestAppliance | null = null
  afterEach(async () => {
    await appliance?.stop()
    appliance = null
    await dns.close()
  })

  async function start(tls: NonNullable<ConfigInput['server']>['tls'], files: Record<string, string> = {}) {
    dns = await startDnsServer()
    dns.host(host, '127.0.0.1')
    const dataDir = await createTempDir('doctor-tls')
    for (const [name, content] of Object.entries(files)) await writeFile(join(dataDir, name), content)
    const port = await freePort()
    const config = withTestDefaults({
      matrix: { domain: 'school.test' },
      server: { publicUrl: `https://${host}:${port}`, listen: { port }, tls },
      network: { dnsServers: [dns.address], caFile: 'ca.pem' in files ? 'ca.pem' : null },
    })
    await writeFile(join(dataDir, 'signpost.yaml'), stringify(config))
    appliance = await startTestAppliance({ config, dataDir })
    return dataDir
  }

  async function examine(dataDir: string) {
    const world = openDoctorWorld({
      dataDir,
      env: {},
      runtime: { ...createTestRuntime(), clock: systemClock, random: systemRandom },
      homeserverBlocklist: createNetworkList([]),
    })
    const findings = []
    for await (const finding of runDoctor(world, { areas: ['server', 'public-url'] })) findings.push(finding)
    await world.close()
    return findings
  }

  it('finds nothing where its own authority has issued the certificate, and says when it is renewed', async () => {
    const findings = await examine(await start({ mode: 'selfSigned' }))
    expect(faultsIn(findings)).toEqual([])
    expect(findings.find(({ code }) => code === 'own-certificate')?.detail).toMatch(
      /^For .*id\.school\.test.*, until \d{4}-\d\d-\d\d, renewed from/,
    )
    expect(findings.find(({ code }) => code === 'certificate')?.status).toBe('ok')
    expect(findings.find(({ code }) => code === 'proxy-headers')?.detail).toContain('there is no proxy')
  })

  it('finds that renewed files cannot be used, although the former ones are still served', async () => {
    const authority = createMemoryAuthority('Root', Date.now())
    const good = authority.issue([host])
    const dataDir = await start(
      { mode: 'files', certificate: 'cert.pem', privateKey: 'key.pem' },
      { 'ca.pem': authority.pem, 'cert.pem': good.pem, 'key.pem': good.key },
    )
    expect(faultsIn(await examine(dataDir))).toEqual([])
    await writeFile(join(dataDir, 'key.pem'), authority.issue([host]).key)
    expect(faultsIn(await examine(dataDir))).toEqual(['certificate-files-unusable (key-mismatch)'])
  })
})

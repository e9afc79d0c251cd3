import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { Finding } from '../../src/doctor/check.ts'
import { openDoctorWorld } from '../../src/doctor/open-world.ts'
import { runDoctor } from '../../src/doctor/run-doctor.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { startSynapse, type Synapse } from '../support/synapse.ts'
import { createAuthority } from '../support/certificate-authority.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const { unavailable } = await provideSynapse()
const publicUrl = 'https://127.0.0.1:9'

describeWith('Synapse', unavailable, 'the doctor beside a real Synapse', () => {
  let synapse: Synapse
  beforeAll(async () => {
    const { caFile } = await createAuthority(await createTempDir('trusted-ca'))
    synapse = await startSynapse({ identityServerUrl: publicUrl, trustCaFile: caFile })
  })
  afterAll(() => synapse.stop())

  async function examine(matrix: object): Promise<ReadonlyMap<string, Finding>> {
    const dataDir = await createTempDir('doctor')
    await writeFile(join(dataDir, 'signpost.yaml'), stringify({ matrix, server: { publicUrl } }))
    const runtime = { ...createTestRuntime(), clock: systemClock, random: systemRandom }
    const world = openDoctorWorld({ dataDir, env: {}, runtime })
    const findings = new Map<string, Finding>()
    for await (const finding of runDoctor(world, { areas: ['homeserver', 'clock'] })) {
      findings.set(finding.code, finding)
    }
    await world.close()
    return findings
  }

  it('is content with its APIs, its clock, and how it signs people in', async () => {
    const findings = await examine({ domain: synapse.serverName, homeserverUrl: synapse.clientUrl })
    const codes = ['homeserver-client', 'homeserver-federation', 'authentication-service', 'clock']
    expect(codes.map((code) => findings.get(code)?.status)).toEqual(['ok', 'ok', 'ok', 'ok'])
  })

  it('asks in a way that Synapse neither complains about nor does anything for', async () => {
    const before = (await synapse.logText()).length
    await examine({ domain: synapse.serverName, homeserverUrl: synapse.clientUrl })
    const asked = (await synapse.logText()).slice(before)
    expect(asked).toMatch(/2B 200 "POST \/_matrix\/federation\/v1\/3pid\/onbind/)
    expect(asked).toMatch(/onbind HTTP\/1\.1" "Signpost" \[0 dbevts\]/)
    expect(asked).not.toMatch(/ ERROR | WARNING |Traceback/)
  })

  it('notices that it is another homeserver', async () => {
    const findings = await examine({ domain: 'other.test', homeserverUrl: synapse.clientUrl })
    expect(findings.get('homeserver-name-differs')?.detail).toContain(synapse.serverName)
  })
})

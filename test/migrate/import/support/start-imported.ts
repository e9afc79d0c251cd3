import { loadConfig } from '../../../../src/config/load.ts'
import type { ConfigInput } from '../../../../src/config/schema.ts'
import { startTestAppliance, type TestAppliance } from '../../../support/appliance.ts'
import type { StandInHomeserver } from '../../../support/stand-in-homeserver.ts'

/** A Signpost on what an import has written. It runs as it is, but for the addresses of the test. */
export async function startImported(
  dataDir: string,
  homeserver: StandInHomeserver,
): Promise<{ readonly appliance: TestAppliance; readonly written: ConfigInput }> {
  const written = (await loadConfig(dataDir)).values as ConfigInput
  const config: ConfigInput = {
    ...written,
    server: { ...written.server, listen: { port: 0 } },
    matrix: { domain: 'example.org', pins: { 'example.org': homeserver.url } },
    federation: { outbound: { enabled: false } },
    invitations: { resolveEvery: '1s' },
  }
  return { appliance: await startTestAppliance({ dataDir, config }), written }
}

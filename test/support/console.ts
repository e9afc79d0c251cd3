import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { signInAsAdmin, type AdminClient } from './admin-client.ts'
import {
  startTestAppliance,
  withTestDefaults,
  type TestAppliance,
  type TestApplianceOptions,
} from './appliance.ts'
import { createTempDir } from './temp-dir.ts'

/** A running Signpost with its `signpost.yaml`, and an administrator who is signed in. Stop `appliance` at the end. */
export interface TestConsole {
  readonly appliance: TestAppliance
  readonly client: AdminClient
}

export async function startConsole(options: TestApplianceOptions = {}): Promise<TestConsole> {
  const { config = {}, dataDir = await createTempDir('console') } = options
  await writeFile(join(dataDir, 'signpost.yaml'), stringify(withTestDefaults(config)), { mode: 0o600 })
  const appliance = await startTestAppliance({ ...options, config, dataDir })
  return { appliance, client: await signInAsAdmin(appliance) }
}

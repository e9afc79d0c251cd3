import type { ConfigInput } from '../../../src/config/schema.ts'
import { startExampleServer } from '../../backends/rest/example-server.ts'
import { writePeopleFile } from '../../backends/support/example-people.ts'
import { school } from '../../backends/support/school.ts'
import { createApiClient, type ApiClient } from '../../support/api-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import {
  startClientHomeserver,
  type ClientHomeserver,
  type ClientHomeserverUser,
} from '../../support/client-homeserver.ts'

export interface InterceptWorld {
  readonly homeserver: ClientHomeserver
  readonly appliance: TestAppliance
  readonly api: ApiClient
  /** The configuration of before, and some changes. */
  configure(changes: ConfigInput): Promise<void>
  /** The directory answers no more. */
  stopDirectory(): Promise<void>
  stop(): Promise<void>
}

const schoolPasswords = Object.fromEntries(
  school.map(({ localpart, password }) => [localpart, { password } satisfies ClientHomeserverUser]),
)

/** The real appliance between a client and a stand-in of the homeserver, with the school as its directory, asked live. */
export async function startInterceptWorld(
  config: ConfigInput,
  users: Readonly<Record<string, ClientHomeserverUser>> = schoolPasswords,
): Promise<InterceptWorld> {
  const homeserver = await startClientHomeserver(users)
  const directory = await startExampleServer(await writePeopleFile())
  const base: ConfigInput = {
    matrix: { domain: homeserver.domain, homeserverUrl: homeserver.url },
    backends: [{ id: 'school', type: 'rest', url: directory.url, timeout: '5s' }],
  }
  const appliance = await startTestAppliance({ config: { ...base, ...config } })
  return {
    homeserver,
    appliance,
    api: createApiClient(appliance.publicAddress),
    configure: (changes) => appliance.configure({ ...base, ...config, ...changes }),
    stopDirectory: () => directory.stop(),
    async stop() {
      await appliance.stop()
      await directory.stop()
      await homeserver.close()
    },
  }
}

/** All forms of a path of the client API that mean the same. */
export const versions = ['r0', 'v3', 'unstable', 'api/v1'] as const

import type { ServerResponse } from 'node:http'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { ldapInput, startSchool, type LdapInput } from '../../backends/ldap/support/school-directory.ts'
import { createApiClient, type ApiClient } from '../../support/api-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { startClientHomeserver, type ClientHomeserver } from '../../support/client-homeserver.ts'
import { freePort } from '../../support/free-port.ts'
import type { Handler } from '../../support/http-peer.ts'
import type { Slapd } from '../../support/slapd.ts'

/** Everything between clients, a homeserver and a real directory, each of which can be broken. */
export interface FaultWorld {
  readonly slapd: Slapd
  readonly homeserver: ClientHomeserver
  readonly appliance: TestAppliance
  readonly api: ApiClient
  /** Breaks the homeserver; null mends it. */
  breakHomeserver(fault: HomeserverFault | null): Promise<void>
  stop(): Promise<void>
}

/** How a homeserver fails, and what clients are told then. */
export const homeserverFaults = {
  'takes no connections': 502,
  'keeps silent': 504,
  'never ends its answer': 504,
  'breaks off': 502,
} as const
export type HomeserverFault = keyof typeof homeserverFaults

/** Users of the homeserver; `dora` and `erik` are in no directory. */
export const localUsers = ['anna', 'bob', 'dora', 'erik'] as const
export const localPassword = 'of the homeserver'

/** Nobody waits long here: a second for the homeserver, and for the directory what `ldap` says. */
export async function startFaultWorld(ldap: Partial<LdapInput>): Promise<FaultWorld> {
  const users = Object.fromEntries(localUsers.map((name) => [name, { password: localPassword }]))
  const [slapd, homeserver] = await Promise.all([startSchool(), startClientHomeserver(users)])
  const config: ConfigInput = {
    matrix: { domain: homeserver.domain, homeserverUrl: homeserver.url },
    network: { timeout: '1s' },
    backends: [ldapInput(slapd, ldap)],
    authentication: { enabled: true, provider: { enabled: true } },
    directory: { enabled: true },
    registration: { enabled: true, members: true, domains: { allow: ['partner.example'] } },
    profile: { enabled: true, displayName: 'always', roles: true },
    roomInvites: { enabled: true, roles: ['teachers'], users: ['@dora:*', '@erik:*'] },
  }
  const appliance = await startTestAppliance({ config })
  return {
    ...{ slapd, homeserver, appliance, api: createApiClient(appliance.publicAddress) },
    async breakHomeserver(fault) {
      homeserver.intercept('', fault === null || fault === 'takes no connections' ? null : handlers[fault])
      const port = fault === 'takes no connections' ? await freePort() : null
      const homeserverUrl = port === null ? homeserver.url : `http://127.0.0.1:${port}`
      await appliance.configure({ ...config, matrix: { domain: homeserver.domain, homeserverUrl } })
    },
    async stop() {
      await appliance.stop()
      await Promise.all([homeserver.close(), slapd.stop()])
    },
  }
}

const handlers: Readonly<Record<Exclude<HomeserverFault, 'takes no connections'>, Handler>> = {
  'keeps silent': () => {},
  'never ends its answer'(_request, response) {
    begin(response)
    const drip = setInterval(() => response.write(' '), 100)
    response.on('close', () => clearInterval(drip))
  },
  'breaks off'(_request, response) {
    begin(response)
    response.write('"user_id":', () => response.destroy())
  },
}

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{')
}

import { configSchema, type ConfigInput } from '../../../../src/config/schema.ts'
import {
  readHomeserverYaml,
  type HomeserverFile,
  type HomeserverReport,
} from '../../../../src/gateway/homeserver-yaml/read-homeserver-yaml.ts'
import { DnsFailure } from '../../../../src/net/resolver.ts'

/** Addresses by name; `null`: DNS gives no answer. */
export type Dns = Readonly<Record<string, readonly string[] | null>>

const publicDns: Dns = { 'matrix.example.org': ['198.41.0.4'] }

export const ours: ConfigInput = {
  matrix: { domain: 'example.org' },
  server: { publicUrl: 'https://matrix.example.org' },
}

export interface ReadingOptions {
  readonly config?: ConfigInput
  readonly dns?: Dns
}

/** Reads files (or the text of one) beside the configuration of a Signpost. */
export async function read(
  text: string | readonly HomeserverFile[],
  { config = ours, dns = publicDns }: ReadingOptions = {},
): Promise<HomeserverReport> {
  const files = typeof text === 'string' ? [{ name: 'homeserver.yaml', text }] : text
  const resolver = {
    async addresses(name: string) {
      const found = dns[name]
      if (found === null) throw new DnsFailure(name, 'ESERVFAIL')
      return found ?? []
    },
    srv: async () => [],
  }
  return await readHomeserverYaml(files, configSchema.parse(config), { resolver })
}

export const codesOf = ({ findings }: HomeserverReport) => findings.map(({ code }) => code)

/** A homeserver.yaml with which everything is well. */
export const wellDone = `server_name: example.org
public_baseurl: https://matrix.example.org/
default_identity_server: https://matrix.example.org
listeners:
  - port: 8008
    type: http
    tls: false
    bind_addresses: ['127.0.0.1']
    resources:
      - names: [client, federation]
enable_registration: true
registrations_require_3pid: [email]
email:
  notif_from: Example <matrix@example.org>
  invite_client_location: https://app.element.io
rc_third_party_invite: { per_second: 1, burst_count: 200 }
rc_3pid_validation: { per_second: 1, burst_count: 50 }
user_directory: { search_all_users: true }
`

import { z } from 'zod'
import type { KeyPath } from '../../config/problems.ts'

/** Python's `strtobool`, through which Synapse reads some switches: text counts, too. */
const looseBoolean = z.union([
  z.boolean(),
  z
    .union([z.string(), z.number()])
    .transform((value) => String(value).toLowerCase())
    .refine((text) => /^(y|yes|t|true|on|1|n|no|f|false|off|0)$/.test(text))
    .transform((text) => /^(y|yes|t|true|on|1)$/.test(text)),
])

const section = <T extends z.ZodRawShape>(shape: T) => z.looseObject(shape).nullable()
const list = z.array(z.unknown()).nullable()
const texts = z.array(z.string()).nullable()
const switched = section({ enabled: looseBoolean.optional() })
const pace = section({ per_second: z.number().optional(), burst_count: z.number().optional() })

/** Synapse resolves a listener's resources by these names. */
const listenerSchema = z.looseObject({
  port: z.number().optional(),
  path: z.string().optional(),
  type: z.string(),
  tls: z.boolean().optional(),
  bind_addresses: texts.optional(),
  bind_address: z.string().nullable().optional(),
  resources: z.array(z.looseObject({ names: z.array(z.string()).optional() })).optional(),
})
export type SynapseListener = z.output<typeof listenerSchema>

/** What is read of the keys of Synapse; a key that is not there is `undefined`, an empty one `null`. */
const keys = {
  server_name: z.string(),
  public_baseurl: z.string().nullable(),
  default_identity_server: z.string().nullable(),
  extra_well_known_client_content: section({}),
  listeners: z.array(listenerSchema),
  ip_range_blacklist: texts,
  ip_range_whitelist: texts,
  federation_ip_range_blacklist: texts,
  federation_domain_whitelist: texts,
  http_proxy: z.string().nullable(),
  https_proxy: z.string().nullable(),
  no_proxy_hosts: texts,
  use_insecure_ssl_client_just_for_testing_do_not_use: z.boolean(),
  account_threepid_delegates: section({
    email: z.unknown().optional(),
    msisdn: z.string().nullable().optional(),
  }),
  trusted_third_party_id_servers: z.unknown(),
  trust_identity_server_for_password_resets: z.unknown(),
  enable_3pid_lookup: looseBoolean,
  enable_3pid_changes: looseBoolean,
  block_non_admin_invites: looseBoolean,
  enable_registration: looseBoolean,
  disable_registration: looseBoolean,
  enable_registration_without_verification: looseBoolean,
  registration_requires_token: looseBoolean,
  enable_registration_captcha: looseBoolean,
  registrations_require_3pid: texts,
  disable_msisdn_registration: looseBoolean,
  email: section({
    notif_from: z.string().nullable().optional(),
    invite_client_location: z.string().nullable().optional(),
  }),
  rc_third_party_invite: pace,
  rc_3pid_validation: pace,
  password_config: section({
    enabled: z.union([z.boolean(), z.literal('only_for_reauth')]).optional(),
    localdb_enabled: z.boolean().optional(),
  }),
  password_providers: list,
  modules: z.array(z.looseObject({ module: z.string() })).nullable(),
  matrix_authentication_service: switched,
  experimental_features: section({ msc3861: switched.optional() }),
  user_consent: section({}),
  oidc_providers: list,
  oidc_config: switched,
  saml2_config: section({ enabled: looseBoolean.optional(), sp_config: z.unknown().optional() }),
  cas_config: switched,
  jwt_config: switched,
  login_via_existing_session: switched,
  refresh_token_lifetime: z.unknown(),
  nonrefreshable_access_token_lifetime: z.unknown(),
  session_lifetime: z.unknown(),
  user_directory: section({
    enabled: looseBoolean.optional(),
    search_all_users: looseBoolean.optional(),
  }),
  app_service_config_files: list,
} as const satisfies Record<string, z.ZodType>

export type SynapseSettings = { readonly [K in keyof typeof keys]?: z.output<(typeof keys)[K]> | undefined }

export interface ReadSettings {
  readonly settings: SynapseSettings
  /** Keys whose values cannot be what Synapse expects. They count as not there. */
  readonly unreadable: readonly KeyPath[]
}

/** Reads what concerns Signpost; every other key is passed over. */
export function readSettings(values: Readonly<Record<string, unknown>>): ReadSettings {
  const settings: Record<string, unknown> = {}
  const unreadable: KeyPath[] = []
  for (const [name, schema] of Object.entries(keys) as [string, z.ZodType][]) {
    if (!Object.hasOwn(values, name)) continue
    const parsed = schema.safeParse(values[name])
    if (parsed.success) settings[name] = parsed.data
    else {
      const deeper = (parsed.error.issues[0]?.path ?? []).filter((part) => typeof part !== 'symbol')
      unreadable.push([name, ...deeper])
    }
  }
  return { settings: settings as SynapseSettings, unreadable }
}

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Certificate } from './certificate-authority.ts'

export interface SynapseSettings {
  readonly dir: string
  readonly serverName: string
  readonly httpPort: number
  readonly tlsPort: number
  readonly certificate: Certificate
  readonly identityServerUrl: string
  readonly registrationSecret: string
  /** Top-level keys that replace the ones made here. */
  readonly extra: Readonly<Record<string, unknown>>
}

const UNLIMITED = { per_second: 10_000, burst_count: 10_000 }

/**
 * Every address but 127.0.0.0/8 and ::1. Synapse's default list refuses loopback, where the identity server under test
 * lives, and its allow list has no say over federation to IP literals: so loopback is spared and the rest is shut,
 * which also keeps the tests from talking to anyone outside.
 */
const ALL_BUT_LOOPBACK = [
  ...['0.0.0.0/2', '64.0.0.0/3', '96.0.0.0/4', '112.0.0.0/5', '120.0.0.0/6', '124.0.0.0/7', '126.0.0.0/8'],
  ...['128.0.0.0/1', '2000::/3', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
]

/** `homeserver.yaml` as a plain object: loopback only, no limits, open registration. */
export function synapseConfig(settings: SynapseSettings): Record<string, unknown> {
  const { dir, certificate } = settings
  const resources = [{ names: ['client', 'federation'], compress: false }]
  const listener = { type: 'http', bind_addresses: ['127.0.0.1'], resources }
  return {
    server_name: settings.serverName,
    public_baseurl: `http://127.0.0.1:${settings.httpPort}/`,
    report_stats: false,
    signing_key_path: join(dir, 'signing.key'),
    media_store_path: join(dir, 'media'),
    log_config: join(dir, 'log.yaml'),
    registration_shared_secret: settings.registrationSecret,
    macaroon_secret_key: randomBytes(24).toString('hex'),
    form_secret: randomBytes(24).toString('hex'),
    database: { name: 'sqlite3', args: { database: join(dir, 'homeserver.db') } },
    listeners: [
      { ...listener, port: settings.httpPort, tls: false },
      { ...listener, port: settings.tlsPort, tls: true },
    ],
    tls_certificate_path: certificate.certFile,
    tls_private_key_path: certificate.keyFile,

    default_identity_server: settings.identityServerUrl,
    ip_range_blacklist: ALL_BUT_LOOPBACK,
    trusted_key_servers: [],
    suppress_key_server_warning: true,
    federation_verify_certificates: false,
    url_preview_enabled: false,
    user_directory: { enabled: true, search_all_users: true, prefer_local_users: true },

    enable_registration: true,
    enable_registration_without_verification: true,
    bcrypt_rounds: 4,
    rc_message: UNLIMITED,
    rc_registration: UNLIMITED,
    rc_room_creation: UNLIMITED,
    rc_3pid_validation: UNLIMITED,
    rc_third_party_invite: UNLIMITED,
    rc_login: { address: UNLIMITED, account: UNLIMITED, failed_attempts: UNLIMITED },
    rc_joins: { local: UNLIMITED, remote: UNLIMITED },
    rc_invites: { per_room: UNLIMITED, per_user: UNLIMITED, per_issuer: UNLIMITED },
    ...settings.extra,
  }
}

/** Log settings: one file; level INFO names every outgoing request. */
export function synapseLogConfig(file: string): Record<string, unknown> {
  return {
    version: 1,
    disable_existing_loggers: false,
    formatters: { line: { format: '%(asctime)s %(levelname)s %(name)s %(message)s' } },
    handlers: { file: { class: 'logging.FileHandler', formatter: 'line', filename: file } },
    root: { level: 'INFO', handlers: ['file'] },
  }
}

/** A fresh signing key in Synapse's file format: algorithm, key id, unpadded base64 of the 32-byte seed. */
export function synapseSigningKey(): string {
  const seed = randomBytes(32).toString('base64').replace(/=+$/, '')
  return `ed25519 a_test ${seed}\n`
}

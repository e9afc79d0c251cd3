import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signJson, signingKeyFromSeed } from '../../../../src/matrix/signing.ts'
import { encodeBase64, encodeBase64Url } from '../../../../src/matrix/base64.ts'
import {
  createSource,
  Latin1,
  type SourceFixture,
  type SourceRows,
  type SourceValue,
} from './source-fixture.ts'
import { sydentCases, type BindingRow } from './sydent-cases.ts'

export const sydentSeed = Buffer.alloc(32, 7)
export const sydentKey = signingKeyFromSeed('ed25519:0', sydentSeed)
export const sydentName = 'id.example.org'
export const sydentToken = 'syt_access_token_of_alice'

/** Seeds of the keys that Sydent mailed; it has only kept the public halves. */
export const mailedSeed = Buffer.alloc(32, 9)
export const mailedPublicKey = encodeBase64Url(
  Buffer.from(signingKeyFromSeed('ed25519:ephemeral', mailedSeed).publicKey, 'base64'),
)

export const now = Date.now()
export const receivedSeconds = Math.floor(now / 1000) - 86_400

// The columns of Sydent 2.6 (PRAGMA user_version = 5), without the constraints that awkward rows would break.
const associationColumns =
  'id integer, medium varchar(16), address varchar(256), mxid varchar(256), ts bigint, notBefore bigint, notAfter bigint'
const columns = {
  local_threepid_associations: `${associationColumns}, lookup_hash varchar(256)`,
  global_threepid_associations: `${associationColumns}, originServer varchar(255), originId integer, sgAssoc text, lookup_hash varchar(256)`,
  hashing_metadata: 'id integer, lookup_pepper varchar(256)',
  invite_tokens:
    'id integer, medium varchar(16), address varchar(256), room_id varchar(256), sender varchar(256), token varchar(256), received_ts bigint, sent_ts bigint',
  ephemeral_public_keys: 'id integer, public_key varchar(256), verify_count bigint, persistence_ts bigint',
  threepid_validation_sessions:
    'id integer, medium varchar(16), address varchar(256), clientSecret varchar(32), validated integer, mtime bigint',
  threepid_token_auths: 'id integer, validationSession integer, token varchar(32), sendAttemptNumber integer',
  accounts: 'user_id text, created_ts bigint, consent_version text',
  tokens: 'token text, user_id text',
  accepted_terms_urls: 'user_id text, url text',
  peers: 'id integer, name varchar(255), port integer, lastSentVersion integer, active integer',
} as const

/** Invitations, the newest last. */
export const invitations: SourceRows = [
  invite(1, 'plain@example.org', 'token-known', { sent_ts: null }),
  invite(2, 'waiting@example.org', 'token-waiting', { sent_ts: null }),
  invite(3, 'Sent@Example.org', 'token-sent', { sent_ts: receivedSeconds + 5 }),
  invite(4, 'waiting@example.org', 'token-second-room', { room_id: '!second:example.org', sent_ts: null }),
  invite(5, 'no address at all', 'token-no-address', { sent_ts: null }),
  invite(6, 'a@example.org', 'token-no-sender', { sender: null, sent_ts: null }),
  invite(7, 'b@example.org', 'token-bad-sender', { sender: 'alice', sent_ts: null }),
  invite(8, 'c@example.org', 'token-twice', { room_id: '!older:example.org', sent_ts: null }),
  invite(9, 'c@example.org', 'token-twice', { room_id: '!newer:example.org', sent_ts: null }),
  invite(10, 'd@example.org', 'token-no-time', { received_ts: null, sent_ts: null }),
  invite(11, '+49 170 1234567', 'token-phone', { medium: 'msisdn', sent_ts: null }),
  invite(12, 'e@example.org', null, { sent_ts: null }),
]

function invite(
  id: number,
  address: string,
  token: string | null,
  changes: Readonly<Record<string, SourceValue>>,
): Readonly<Record<string, SourceValue>> {
  const room_id = '!room:example.org'
  const sender = '@alice:example.org'
  return { id, medium: 'email', address, room_id, sender, token, received_ts: receivedSeconds, ...changes }
}

export interface SydentInstallation {
  readonly source: SourceFixture
  /** Its configuration file. */
  readonly path: string
  /** An association that it signed and handed out. */
  readonly oldAssociation: object
}

/** Everything that a Sydent leaves on a disk. */
export async function createSydent(
  kind: 'sqlite' | 'postgres',
  folder: string,
  configuration = '',
): Promise<SydentInstallation> {
  const signed = signJson({ medium: 'email', address: 'plain@example.org' }, sydentName, sydentKey)
  const source = await createSource(
    kind,
    folder,
    'sydent.db',
    {
      local_threepid_associations: {
        columns: columns.local_threepid_associations,
        rows: sydentCases.flatMap(({ local }) => local ?? []).map((row, i) => toLocal(row, i + 1)),
      },
      global_threepid_associations: {
        columns: columns.global_threepid_associations,
        rows: sydentCases
          .flatMap(({ global }) => global ?? [])
          .map((row, i) =>
            toGlobal(row, i + 1, JSON.stringify({ ...signed, invites: [{ token: 'leaked' }] })),
          ),
      },
      hashing_metadata: { columns: columns.hashing_metadata, rows: [{ id: 0, lookup_pepper: 'abcde' }] },
      invite_tokens: { columns: columns.invite_tokens, rows: invitations },
      ephemeral_public_keys: {
        columns: columns.ephemeral_public_keys,
        rows: [
          { id: 1, public_key: mailedPublicKey, verify_count: 0, persistence_ts: receivedSeconds },
          {
            id: 2,
            public_key: encodeBase64Url(Buffer.alloc(32, 3)),
            verify_count: 1,
            persistence_ts: receivedSeconds - 9,
          },
          { id: 3, public_key: 'damaged', verify_count: 0, persistence_ts: receivedSeconds },
        ],
      },
      threepid_validation_sessions: { columns: columns.threepid_validation_sessions, rows: sessions },
      threepid_token_auths: {
        columns: columns.threepid_token_auths,
        rows: [{ id: 1, validationSession: 102, token: '123456', sendAttemptNumber: -1 }],
      },
      accounts: {
        columns: columns.accounts,
        rows: [
          { user_id: '@alice:example.org', created_ts: 1_600_000_000_000, consent_version: '1' },
          { user_id: 'nobody', created_ts: 1, consent_version: null },
          { user_id: '@no-time:example.org', created_ts: null, consent_version: null },
        ],
      },
      tokens: {
        columns: columns.tokens,
        rows: [
          { token: sydentToken, user_id: '@alice:example.org' },
          { token: 'syt_without_account', user_id: '@only-token:example.org' },
          { token: sydentToken, user_id: '@thief:example.org' },
          { token: null, user_id: '@alice:example.org' },
          { token: 'syt_of_nobody', user_id: 'nobody' },
        ].toReversed(),
      },
      accepted_terms_urls: {
        columns: columns.accepted_terms_urls,
        rows: [
          { user_id: '@alice:example.org', url: 'https://example.org/terms-en.html' },
          { user_id: '@alice:example.org', url: null },
        ],
      },
      peers: {
        columns: columns.peers,
        rows: [{ id: 1, name: 'peer.example', port: 1001, lastSentVersion: 5, active: 1 }],
      },
    },
    false,
  )
  const path = join(folder, 'sydent.conf')
  await mkdir(folder, { recursive: true })
  await writeFile(path, configuration === '' ? sydentConfiguration : configuration)
  return { source, path, oldAssociation: signed }
}

const sessions: SourceRows = [
  session(101, 'fresh@example.org', 1, now - 3_600_000),
  session(102, 'open@example.org', 0, now - 60_000),
  session(103, 'old@example.org', 1, now - 90_000_000),
  session(104, 'no address', 1, now),
]

function session(id: number, address: string, validated: number, mtime: number) {
  return { id, medium: 'email', address, clientSecret: 'secret_101', validated, mtime }
}

const toLocal = (row: BindingRow, id: number): Readonly<Record<string, SourceValue>> => ({
  id,
  ...shared(row),
  lookup_hash: null,
})

const toGlobal = (row: BindingRow, id: number, sgAssoc: string): Readonly<Record<string, SourceValue>> => ({
  id,
  ...shared(row),
  originServer: row.origin ?? sydentName,
  originId: id,
  sgAssoc,
  lookup_hash: null,
})

function shared(row: BindingRow): Readonly<Record<string, SourceValue>> {
  const { medium, mxid, ts, notBefore, notAfter, latin1 } = row
  const address = latin1 === undefined ? row.address : new Latin1(latin1)
  return { medium, address, mxid, ts, notBefore, notAfter }
}

export const sydentConfiguration = `# As its operator wrote it.
[DEFAULT]
base = https://id.example.org

[general]
server.name = ${sydentName}
log.level = WARNING
terms.path =
enable_v1_access = true
address_lookup_limit: 5000

[db]
db.file = sydent.db

[http]
clientapi.http.bind_address = ::
clientapi.http.port = 8090
client_http_base = %(base)s
obey_x_forwarded_for = True

[email]
email.from = Example <noreply@example.org>
email.smtphost = mail.example.org
email.smtpport = 587
email.tlsmode = STARTTLS
email.smtpusername = sydent
email.smtppassword = 50%% of it
email.invite.subject = %(sender_display_name)s asks you in
email.third_party_invite_room_blocklist =
  !one:example.org
  !two:example.org
email.ratelimit_sender.rate_hz = 1/300

[sms]
username = market
password = open
originators.default = long:447000000000
smsrule.881 = reject

[crypto]
ed25519.signingkey = ed25519 0 ${encodeBase64(sydentSeed)}

[peer.peer.example]
base_replication_url = https://peer.example:4434

[unheard.of]
colour = blue
`

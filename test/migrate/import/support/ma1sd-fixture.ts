import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { encodeBase64 } from '../../../../src/matrix/base64.ts'
import { signingKeyFromSeed } from '../../../../src/matrix/signing.ts'
import {
  createSource,
  Latin1,
  type SourceFixture,
  type SourceRows,
  type SourceValue,
} from './source-fixture.ts'

export const currentSerial = 'AAAAOf-QETUA'
export const currentSeed = Buffer.alloc(32, 21)
export const currentKey = signingKeyFromSeed(`ed25519:${currentSerial}`, currentSeed)
export const formerSeed = Buffer.alloc(32, 22)
export const formerKey = signingKeyFromSeed('ed25519:0', formerSeed)
export const ma1sdToken = '4ba1c1a8-0000-4000-8000-000000000001'
export const now = Date.now()
const DAY_MS = 86_400_000
/** When the homeserver last reached it as its application service. */
export const lastTransactionAt = now - 60_000

// The columns of ma1sd 2.5 and mxisd 1.4 as ORMLite makes them, without the constraints that awkward rows would break.
const inviteColumns =
  'id varchar, token varchar, sender varchar, medium varchar, address varchar, roomId varchar, properties varchar'
const columns = {
  invite_3pid: inviteColumns,
  invite_3pid_history: `resolvedTo varchar, resolvedAt bigint, couldPublish boolean, publishAttempts bigint, ${inviteColumns}`,
  session_3pid:
    'id varchar, creationTime bigint, server varchar, medium varchar, address varchar, secret varchar, attempt integer, nextLink varchar, token varchar, validated boolean, validationTime bigint, isRemote boolean',
  as_txn: 'transactionId varchar, localpart varchar, timestamp bigint, result varchar',
  account:
    'token varchar, accessToken varchar, tokenType varchar, matrixServerName varchar, expiresIn bigint, createdAt bigint, userId varchar',
  accepted: 'id integer, url varchar, userId varchar, acceptedAt bigint',
  hashes: 'id integer, mxid varchar, medium varchar, address varchar, hash varchar',
  changelog: 'id varchar, createdAt bigint, comment varchar',
} as const

type Row = Readonly<Record<string, SourceValue>>

function invite(
  id: string,
  address: SourceValue,
  properties: object | string | null = {},
  changes: Row = {},
): Row {
  const known = {
    created_at: String(now - DAY_MS),
    p_key_algo: 'ed25519',
    p_key_serial: currentSerial,
    p_key_public: currentKey.publicKey,
    e_key_algo: 'ed25519',
    e_key_serial: `e_${id}`,
    room_name: 'Tea room',
    REGISTER_URL: 'https://example.org/register',
  }
  const text =
    typeof properties === 'string'
      ? properties
      : properties === null
        ? null
        : JSON.stringify({ ...known, ...properties })
  return {
    id,
    token: `token-${id}`,
    sender: '@alice:example.org',
    medium: 'email',
    address,
    roomId: '!room:example.org',
    properties: text,
    ...changes,
  }
}

const history = (row: Row, resolvedTo: string, couldPublish: number): Row => ({
  ...row,
  resolvedTo,
  resolvedAt: now - DAY_MS,
  couldPublish,
  publishAttempts: 1,
})

/** Rows with what is awkward about each; null for an ordinary one. */
type Described = readonly (readonly [awkward: string | null, row: Row])[]

const rowsOf = (described: Described): SourceRows => described.map(([, row]) => row)

const namesOf = (...lists: readonly Described[]) =>
  lists.flat().flatMap(([awkward]) => (awkward === null ? [] : [awkward]))

/** The oldest last. */
const pending: Described = [
  [null, invite('known', 'Anna@Example.org')],
  [null, invite('waiting', 'waiting@example.org')],
  [
    'a former long-term key',
    invite('former-key', 'former@example.org', { p_key_public: formerKey.publicKey, p_key_serial: '0' }),
  ],
  [
    'a long-term key that is gone',
    invite('lost-key', 'lost@example.org', { p_key_public: encodeBase64(Buffer.alloc(32, 1)) }),
  ],
  [
    'a key of its own whose file is gone',
    invite('no-key-file', 'nofile@example.org', { e_key_serial: 'gone' }),
  ],
  [
    'a key that lies outside of the key store',
    invite('bad-serial', 'serial@example.org', { e_key_serial: '../../../etc/passwd' }),
  ],
  ['properties of before keys and times were in them', invite('no-times', 'notimes@example.org', '{}')],
  ['properties that end in the middle', invite('broken-json', 'json@example.org', '{"created_at": ')],
  ['properties that are a list', invite('list-json', 'list@example.org', '["created_at"]')],
  ['no properties', invite('no-properties', 'noprops@example.org', null)],
  [
    'a property that is no text',
    invite('odd-property', 'oddprop@example.org', { room_name: ['Tea', 'room'] }),
  ],
  ['a time in words', invite('time-in-words', 'words@example.org', { created_at: 'yesterday' })],
  ['its time over', invite('expired', 'expired@example.org', { created_at: String(now - 30 * DAY_MS) })],
  ['a phone number as people write it', invite('phone', '+49 170 1234567', {}, { medium: 'msisdn' })],
  [
    'the key of another invitation',
    invite('shared-key', 'shared@example.org', { e_key_serial: 'e_waiting' }),
  ],
  ['no address', invite('bad-address', 'nobody')],
  ['an address in spaces', invite('spaced', '  spaced@example.org ')],
  ['an address with its scheme', invite('scheme', 'mailto:scheme@example.org')],
  ['a medium in capitals', invite('capitals', 'capitals@example.org', {}, { medium: 'EMAIL' })],
  ['another medium', invite('irc', 'irc-name', {}, { medium: 'irc' })],
  ['a sender without @', invite('bad-sender', 'sender@example.org', {}, { sender: 'alice' })],
  ['a sender without a server', invite('half-sender', 'half@example.org', {}, { sender: '@alice' })],
  ['no room', invite('no-room', 'room@example.org', {}, { roomId: null })],
  ['an empty token', invite('no-token', 'token@example.org', {}, { token: '' })],
  [
    'the token of another invitation',
    invite('same-token', 'twice@example.org', {}, { token: 'token-known', roomId: '!old:example.org' }),
  ],
  ['another encoding', invite('latin1', new Latin1('jürgen@example.org'))],
]

const resolved: Described = [
  [null, history(invite('delivered', 'done@example.org'), '@done:example.org', 1)],
  [
    'delivered to a homeserver that refused',
    history(invite('refused', 'refused@example.org'), '@refused:example.org', 0),
  ],
  ['given up', history(invite('given-up', 'late@example.org'), '@_mxisd_invite-expired:example.org', 1)],
  [
    'over, and waiting as well',
    history(invite('known-too', 'anna@example.org', {}, { token: 'token-known' }), '@anna:example.org', 1),
  ],
  ['delivered to nobody', history(invite('odd-target', 'odd@example.org'), 'nobody', 1)],
  [
    'delivered at no time',
    { ...history(invite('no-time', 'whenever@example.org'), '@whenever:example.org', 1), resolvedAt: null },
  ],
]

const session = (id: string, changes: Row): Row => ({
  id,
  creationTime: now - 3_600_000,
  server: '127.0.0.1',
  medium: 'email',
  address: `${id}@example.org`,
  secret: `secret_${id}`,
  attempt: 1,
  nextLink: null,
  token: '123456',
  validated: 1,
  validationTime: now - 1_800_000,
  isRemote: 0,
  ...changes,
})

const account = (token: string | null, userId: string | null, changes: Row = {}): Row => ({
  token,
  accessToken: 'openid',
  tokenType: 'Bearer',
  matrixServerName: 'example.org',
  expiresIn: 3_600,
  createdAt: Math.floor(now / 1000) - 60,
  userId,
  ...changes,
})

const sessions: Described = [
  [null, session('fresh', {})],
  ['in progress', session('open', { validated: 0, validationTime: 0 })],
  ['completed days ago', session('old', { validationTime: now - 2 * DAY_MS })],
  ['without a secret', session('no-secret', { secret: null })],
  ['completed at no time', session('no-time', { validationTime: null })],
  ['of another medium', session('irc', { medium: 'irc', address: 'irc-name' })],
]

const transactions: Described = [
  [null, { transactionId: '1', localpart: 'mxisd', timestamp: now - DAY_MS, result: '{}' }],
  [null, { transactionId: '2', localpart: 'mxisd', timestamp: lastTransactionAt, result: '{}' }],
  ['a transaction without an end', { transactionId: '3', localpart: 'mxisd', timestamp: null, result: null }],
]

const accounts: Described = [
  [null, account(ma1sdToken, '@alice:example.org')],
  ['a second token of one user', account('4ba1c1a8-2', '@alice:example.org')],
  ['a token whose time is over', account('4ba1c1a8-3', '@late:example.org', { createdAt: 1_600_000_000 })],
  ['a token for no time', account('4ba1c1a8-4', '@zero:example.org', { expiresIn: 0 })],
  ['a token of nobody', account('4ba1c1a8-5', 'nobody')],
  ['an account without a token', account(null, '@bob:example.org')],
]

const terms = { url: 'https://example.org/terms-en.html', userId: '@alice:example.org', acceptedAt: now }
const accepted: Described = [
  [null, { id: 1, ...terms }],
  ['terms accepted twice', { id: 2, ...terms }],
  ['terms accepted by nobody', { id: 3, ...terms, userId: null }],
]

/** What is awkward about rows of each product, one text for each row. */
export const awkwardRows = {
  mxisd: namesOf(pending, resolved, sessions, transactions),
  ma1sd: namesOf(pending, resolved, sessions, transactions, accounts, accepted),
}

export interface Ma1sdInstallation {
  readonly source: SourceFixture
  readonly path: string
  readonly keys: string
}

/** Everything that a ma1sd leaves on a disk, and the database of people that it asks. */
export async function createMa1sd(
  kind: 'sqlite' | 'postgres',
  folder: string,
  adapt = (yaml: string) => yaml,
  product: 'mxisd' | 'ma1sd' = 'ma1sd',
): Promise<Ma1sdInstallation> {
  const shared = {
    invite_3pid: { columns: columns.invite_3pid, rows: rowsOf(pending).toReversed() },
    invite_3pid_history: { columns: columns.invite_3pid_history, rows: rowsOf(resolved) },
    session_3pid: { columns: columns.session_3pid, rows: rowsOf(sessions) },
    as_txn: { columns: columns.as_txn, rows: rowsOf(transactions) },
  }
  const own = {
    account: { columns: columns.account, rows: rowsOf(accounts) },
    accepted: { columns: columns.accepted, rows: rowsOf(accepted) },
    hashes: {
      columns: columns.hashes,
      rows: [{ id: 1, mxid: '@anna:example.org', medium: 'email', address: 'anna@example.org', hash: 'x' }],
    },
    changelog: {
      columns: columns.changelog,
      rows: [{ id: '2019_12_09__2254__fix_accepted_dao', createdAt: now, comment: '' }],
    },
  }
  const tables = product === 'ma1sd' ? { ...shared, ...own } : shared
  const source = await createSource(kind, folder, 'store.db', tables, true)
  const keys = await createKeyStore(folder)
  createPeople(folder)
  const path = join(folder, `${product}.yaml`)
  await writeFile(path, adapt(ma1sdConfiguration(folder)))
  return { source, path, keys }
}

async function createKeyStore(folder: string): Promise<string> {
  const store = join(folder, 'sign.key')
  const write = async (path: string, seed: Buffer) => {
    const content = { version: '0', is_valid: true, key: encodeBase64(seed) }
    await writeFile(join(store, path), JSON.stringify(content))
  }
  await mkdir(join(store, 'regular', 'ed25519'), { recursive: true })
  await mkdir(join(store, 'ephemeral', 'ed25519'), { recursive: true })
  await write(`regular/ed25519/${currentSerial}`, currentSeed)
  await write('regular/ed25519/0', formerSeed)
  for (const [number, [, { id }]] of [...pending, ...resolved].entries()) {
    await write(`ephemeral/ed25519/e_${String(id)}`, Buffer.alloc(32, 100 + number))
  }
  const current = { type: 'Regular', algo: 'ed25519', serial: currentSerial }
  await writeFile(join(store, 'current'), JSON.stringify(current))
  return store
}

/** A mxisd: the same files with fewer tables, and with fewer settings. */
export async function createMxisd(folder: string): Promise<Ma1sdInstallation> {
  const withoutNews = (yaml: string) =>
    yaml.replace(/  v1: true\n  v2: yes\n/, '').replace(/hashing:[\s\S]*?\nsession:[\s\S]*?\nsql:/, 'sql:')
  return await createMa1sd('sqlite', folder, withoutNews, 'mxisd')
}

/** The people of a school, as a generic SQL store has them. */
export const people: readonly (readonly [medium: string, address: string, uid: string])[] = [
  ['email', 'anna@example.org', 'anna'],
  ['email', 'bert@example.org', 'bert'],
  ['email', "o'brien@example.org", 'obrien'],
  ['email', 'p+tag@example.org', 'tag'],
  ['msisdn', '447700900001', 'phone'],
]

function createPeople(folder: string): void {
  const db = new Database(join(folder, 'people.db'))
  db.exec('create table threepids (medium text, address text, uid text, name text)')
  const insert = db.prepare('insert into threepids values (?, ?, ?, ?)')
  for (const [medium, address, uid] of people) insert.run(medium, address, uid, uid.toUpperCase())
  db.close()
}

const ma1sdConfiguration = (folder: string) => `# Written by its operator.
matrix:
  domain: example.org
  v1: true
  v2: yes
  identity:
    servers:
      central: [https://central.example]
server:
  name: example.org
  port: 8090
  publicUrl: https://%SERVER_NAME%
key:
  path: ${folder}/sign.key
storage:
  backend: sqlite
  provider:
    sqlite:
      database: ${folder}/store.db
dns:
  overwrite:
    homeserver:
      client: [{ name: example.org, value: 'http://127.0.0.1:8008' }]
      federation: [{ name: other.example, value: 'https://10.0.0.5:8448' }]
hashing:
  enabled: true
  rotationPolicy: per_seconds
  delay: 1d 2h
  algorithms: [none]
policy:
  policies:
    general:
      version: '1.0'
      terms:
        en: { name: Terms, url: https://example.org/terms-en.html }
      regexp: ['/_matrix/identity/v2/.*']
session:
  policy:
    unbind:
      notifications: false
sql:
  enabled: true
  type: sqlite
  connection: ${folder}/people.db
  identity:
    type: uid
    query: "select uid from threepids where medium = ? and address = ?"
  profile:
    displayName:
      query: "select name from threepids where '@' || uid || ':example.org' = ?"
ldap:
  enabled: false
  connection: { host: ldap.example.org }
threepid:
  medium:
    email:
      identity: { from: matrix@example.org, name: Example School }
      connectors:
        smtp: { host: mail.example.org, port: 587, tls: 2, login: ma1sd, password: 's3cret' }
typing:
  error: yes
`

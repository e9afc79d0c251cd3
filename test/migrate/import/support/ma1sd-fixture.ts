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

const pending: SourceRows = [
  invite('known', 'Anna@Example.org'),
  invite('waiting', 'waiting@example.org'),
  invite('former-key', 'former@example.org', { p_key_public: formerKey.publicKey, p_key_serial: '0' }),
  invite('lost-key', 'lost@example.org', { p_key_public: encodeBase64(Buffer.alloc(32, 1)) }),
  invite('no-key-file', 'nofile@example.org', { e_key_serial: 'gone' }),
  invite('bad-serial', 'serial@example.org', { e_key_serial: '../../../etc/passwd' }),
  invite('no-times', 'notimes@example.org', '{}'),
  invite('broken-json', 'json@example.org', '{"created_at": '),
  invite('no-properties', 'noprops@example.org', null),
  invite('expired', 'expired@example.org', { created_at: String(now - 30 * DAY_MS) }),
  invite('phone', '+49 170 1234567', {}, { medium: 'msisdn' }),
  invite('shared-key', 'shared@example.org', { e_key_serial: 'e_waiting' }),
  invite('bad-address', 'nobody'),
  invite('bad-sender', 'sender@example.org', {}, { sender: 'alice' }),
  invite('no-room', 'room@example.org', {}, { roomId: null }),
  invite('same-token', 'twice@example.org', {}, { token: 'token-known', roomId: '!old:example.org' }),
  invite('latin1', new Latin1('jürgen@example.org')),
].toReversed()

const resolved: SourceRows = [
  history(invite('delivered', 'done@example.org'), '@done:example.org', 1),
  history(invite('refused', 'refused@example.org'), '@refused:example.org', 0),
  history(invite('given-up', 'late@example.org'), '@_mxisd_invite-expired:example.org', 1),
  history(invite('known-too', 'anna@example.org', {}, { token: 'token-known' }), '@anna:example.org', 1),
  history(invite('odd-target', 'odd@example.org'), 'nobody', 1),
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

const accounts: SourceRows = [
  account(ma1sdToken, '@alice:example.org'),
  account('4ba1c1a8-2', '@alice:example.org'),
  account('4ba1c1a8-3', '@late:example.org', { createdAt: 1_600_000_000 }),
  account('4ba1c1a8-4', '@zero:example.org', { expiresIn: 0 }),
  account('4ba1c1a8-5', 'nobody'),
  account(null, '@bob:example.org'),
]

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
): Promise<Ma1sdInstallation> {
  const tables = {
    invite_3pid: { columns: columns.invite_3pid, rows: pending },
    invite_3pid_history: { columns: columns.invite_3pid_history, rows: resolved },
    session_3pid: {
      columns: columns.session_3pid,
      rows: [
        session('fresh', {}),
        session('open', { validated: 0, validationTime: 0 }),
        session('old', { validationTime: now - 2 * DAY_MS }),
        session('no-secret', { secret: null }),
      ],
    },
    as_txn: {
      columns: columns.as_txn,
      rows: [
        { transactionId: '1', localpart: 'mxisd', timestamp: now - DAY_MS, result: '{}' },
        { transactionId: '2', localpart: 'mxisd', timestamp: lastTransactionAt, result: '{}' },
        { transactionId: '3', localpart: 'mxisd', timestamp: null, result: null },
      ],
    },
    account: { columns: columns.account, rows: accounts },
    accepted: {
      columns: columns.accepted,
      rows: [
        { id: 1, url: 'https://example.org/terms-en.html', userId: '@alice:example.org', acceptedAt: now },
        { id: 2, url: 'https://example.org/terms-en.html', userId: '@alice:example.org', acceptedAt: now },
        { id: 3, url: 'https://example.org/terms-en.html', userId: null, acceptedAt: now },
      ],
    },
    hashes: {
      columns: columns.hashes,
      rows: [{ id: 1, mxid: '@anna:example.org', medium: 'email', address: 'anna@example.org', hash: 'x' }],
    },
    changelog: {
      columns: columns.changelog,
      rows: [{ id: '2019_12_09__2254__fix_accepted_dao', createdAt: now, comment: '' }],
    },
  }
  const source = await createSource(kind, folder, 'store.db', tables, true)
  const keys = await createKeyStore(folder)
  createPeople(folder)
  const path = join(folder, 'ma1sd.yaml')
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
  for (const [number, { id }] of [...pending, ...resolved].entries()) {
    await write(`ephemeral/ed25519/e_${String(id)}`, Buffer.alloc(32, 100 + number))
  }
  const current = { type: 'Regular', algo: 'ed25519', serial: currentSerial }
  await writeFile(join(store, 'current'), JSON.stringify(current))
  return store
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

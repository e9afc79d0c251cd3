import type { PlainKey } from '../../texts/use-text.tsx'
import { textsOf, type Settings } from '../draft/values.ts'

export const kindNames = ['ldap', 'sql', 'synapse', 'rest', 'exec', 'wordpress', 'firebase', 'list'] as const
export type Kind = (typeof kindNames)[number]

type Key = PlainKey<'wizard-people'>

export interface FieldChoice {
  readonly value: string
  readonly label: string
}

export interface SectionField {
  /** Within the section. */
  readonly path: string
  readonly label: Key
  readonly what?: Key
  /** `lines`: a list with one item on each line. `file`: a path that is written as `{file: PATH}`. */
  readonly type: 'text' | 'list' | 'lines' | 'secret' | 'port' | 'switch' | 'choice' | 'file'
  readonly choices?: readonly FieldChoice[]
  readonly placeholder?: string
  /** Shown where this holds. */
  readonly when?: (section: Settings) => boolean
}

interface KindEntry {
  readonly title: Key
  readonly what: Key
  /** What the section is called. */
  readonly id: string
  /** What a new section begins with. */
  readonly first: Settings
  readonly fields: readonly SectionField[]
}

const isServer = (section: Settings) => connectionOf(section)['type'] !== 'sqlite'
const isFile = (section: Settings) => !isServer(section)

function connectionOf(section: Settings): Settings {
  const connection = section['connection']
  return typeof connection === 'object' && connection !== null ? (connection as Settings) : {}
}

const serverFields: readonly SectionField[] = [
  { path: 'connection.host', label: 'host', type: 'text', placeholder: 'localhost', when: isServer },
  { path: 'connection.port', label: 'port', type: 'port', when: isServer },
  { path: 'connection.database', label: 'database', type: 'text', when: isServer },
  { path: 'connection.user', label: 'databaseUser', what: 'databaseUserWhat', type: 'text', when: isServer },
  { path: 'connection.password', label: 'password', type: 'secret', when: isServer },
]

const databases = {
  postgres: 'PostgreSQL',
  mariadb: 'MariaDB',
  mysql: 'MySQL',
  sqlite: 'SQLite',
} as const

const connectionFields = (...types: readonly (keyof typeof databases)[]): readonly SectionField[] => [
  {
    path: 'connection.type',
    label: 'databaseKind',
    type: 'choice',
    choices: types.map((value) => ({ value, label: databases[value] })),
  },
  { path: 'connection.path', label: 'databaseFile', type: 'text', when: isFile },
  ...serverFields,
]

const restContracts = ['ma1sd', 'mxisd'].map((value) => ({ value, label: value }))

const isEncrypted = ({ servers, startTls }: Settings) =>
  startTls === true || textsOf(servers).some((server) => server.startsWith('ldaps:'))

/** The settings without which a kind is of no use; all others stay on the page of the settings. */
export const kinds: Readonly<Record<Kind, KindEntry>> = {
  ldap: {
    title: 'kindLdap',
    what: 'kindLdapWhat',
    id: 'directory',
    first: {},
    // The wizard asks for more of them once it has looked into the directory: see `ldap-card.tsx`.
    fields: [
      {
        path: 'servers',
        label: 'servers',
        what: 'serversWhat',
        type: 'list',
        placeholder: 'ldaps://dc1.example.org',
      },
      { path: 'startTls', label: 'startTls', type: 'switch' },
      {
        path: 'bindDn',
        label: 'bindDn',
        what: 'bindDnWhat',
        type: 'text',
        placeholder: 'cn=signpost,ou=services,dc=example,dc=org',
      },
      { path: 'bindPassword', label: 'password', type: 'secret' },
      { path: 'caFile', label: 'caFile', what: 'caFileWhat', type: 'text', when: isEncrypted },
    ],
  },
  sql: {
    title: 'kindSql',
    what: 'kindSqlWhat',
    id: 'database',
    first: { connection: { type: 'postgres' } },
    fields: [
      ...connectionFields('postgres', 'mariadb', 'mysql', 'sqlite'),
      { path: 'table.name', label: 'table', what: 'tableWhat', type: 'text', placeholder: 'people' },
      { path: 'table.user', label: 'tableUser', what: 'tableUserWhat', type: 'text' },
      { path: 'table.displayName', label: 'tableName', type: 'text' },
      { path: 'table.emails', label: 'tableEmails', type: 'list' },
      { path: 'table.phones', label: 'tablePhones', type: 'list' },
    ],
  },
  synapse: {
    title: 'kindSynapse',
    what: 'kindSynapseWhat',
    id: 'synapse',
    first: { connection: { type: 'postgres' } },
    fields: connectionFields('postgres', 'sqlite'),
  },
  rest: {
    title: 'kindRest',
    what: 'kindRestWhat',
    id: 'service',
    first: {},
    fields: [
      { path: 'url', label: 'url', type: 'text', placeholder: 'http://127.0.0.1:8091' },
      { path: 'contract', label: 'contract', type: 'choice', choices: restContracts },
      { path: 'headers.Authorization', label: 'authorization', type: 'secret' },
    ],
  },
  exec: {
    title: 'kindExec',
    what: 'kindExecWhat',
    id: 'program',
    first: {},
    fields: [
      { path: 'identity.single.command', label: 'execLookup', what: 'execLookupWhat', type: 'text' },
      { path: 'identity.single.args', label: 'execArgs', type: 'list', placeholder: '{medium} {address}' },
      { path: 'list.command', label: 'execList', what: 'execListWhat', type: 'text' },
    ],
  },
  wordpress: {
    title: 'kindWordpress',
    what: 'kindWordpressWhat',
    id: 'wordpress',
    first: { connection: { type: 'mariadb' } },
    fields: [
      { path: 'url', label: 'wordpressUrl', type: 'text', placeholder: 'https://www.example.org' },
      ...serverFields,
      { path: 'tablePrefix', label: 'tablePrefix', type: 'text', placeholder: 'wp_' },
    ],
  },
  firebase: {
    title: 'kindFirebase',
    what: 'kindFirebaseWhat',
    id: 'firebase',
    first: {},
    fields: [
      {
        path: 'credentials',
        label: 'credentials',
        what: 'credentialsWhat',
        type: 'file',
        placeholder: 'firebase-key.json',
      },
    ],
  },
  list: { title: 'kindList', what: 'kindListWhat', id: 'list', first: {}, fields: [] },
}

export const isKind = (text: unknown): text is Kind => kindNames.some((kind) => kind === text)

/** A name that no other section has: `directory`, `directory-2`. */
export function freeId(kind: Kind, taken: readonly unknown[]): string {
  const { id } = kinds[kind]
  for (let number = 1; ; number++) {
    const name = number === 1 ? id : `${id}-${number}`
    if (!taken.includes(name)) return name
  }
}

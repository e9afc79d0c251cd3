import {
  IconBrandWordpress,
  IconDatabase,
  IconFlame,
  IconListDetails,
  IconMessage2,
  IconSitemap,
  IconTerminal2,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react'
import type { PlainKey } from '../../texts/use-text.tsx'
import type { Section } from './model.ts'

export interface Kind {
  readonly icon: Icon
  readonly name: PlainKey<'backends'>
  readonly what: PlainKey<'backends'>
  /** A name for the first one. */
  readonly id: string
  /** What a new section begins with, besides its name and kind. */
  readonly first: Section
  /** Keys of the way in, where the rest can be found out with them. */
  readonly entrance?: readonly string[]
  /** Keys that nearly everybody sets, in the order of the form; all others are under "more". */
  readonly important: readonly string[]
}

const connection = [
  'connection.type',
  'connection.path',
  'connection.host',
  'connection.port',
  'connection.database',
  'connection.user',
  'connection.password',
]

/** The kinds in the order in which they are offered. */
export const kinds: Readonly<Record<string, Kind>> = {
  ldap: {
    icon: IconSitemap,
    name: 'kindLdap',
    what: 'kindLdapWhat',
    id: 'directory',
    first: {},
    entrance: ['servers', 'bindDn', 'bindPassword'],
    important: [
      ...['bases', 'preset', 'filter'],
      ...['attributes.user', 'attributes.name', 'attributes.emails', 'attributes.phones', 'defaultCountry'],
    ],
  },
  list: {
    icon: IconListDetails,
    name: 'kindList',
    what: 'kindListWhat',
    id: 'list',
    first: {},
    important: [],
  },
  sql: {
    icon: IconDatabase,
    name: 'kindSql',
    what: 'kindSqlWhat',
    id: 'database',
    first: { connection: { type: 'postgres' } },
    important: [
      ...connection,
      ...['table.name', 'table.user', 'table.id', 'table.displayName', 'table.emails', 'table.phones'],
      'defaultCountry',
    ],
  },
  synapse: {
    icon: IconMessage2,
    name: 'kindSynapse',
    what: 'kindSynapseWhat',
    id: 'synapse',
    first: { connection: { type: 'postgres' } },
    important: [...connection, 'addresses'],
  },
  rest: {
    icon: IconWebhook,
    name: 'kindRest',
    what: 'kindRestWhat',
    id: 'service',
    first: {},
    important: ['url', 'contract', 'headers', 'endpoints.list', 'defaultCountry'],
  },
  exec: {
    icon: IconTerminal2,
    name: 'kindExec',
    what: 'kindExecWhat',
    id: 'program',
    first: {},
    important: [
      'identity.single.command',
      'identity.single.args',
      'list.command',
      'list.args',
      'auth.command',
    ],
  },
  wordpress: {
    icon: IconBrandWordpress,
    name: 'kindWordpress',
    what: 'kindWordpressWhat',
    id: 'wordpress',
    first: { connection: { type: 'mariadb' } },
    important: [
      'url',
      ...connection.filter((key) => key !== 'connection.path'),
      'tablePrefix',
      'defaultCountry',
    ],
  },
  firebase: {
    icon: IconFlame,
    name: 'kindFirebase',
    what: 'kindFirebaseWhat',
    id: 'firebase',
    first: {},
    important: ['credentials', 'projectId', 'unverifiedEmails'],
  },
}

/** What a form calls the keys that everybody sees; the others go by their names in the file. */
export const keyLabels: Readonly<Record<string, PlainKey<'backends'>>> = {
  id: 'keyId',
  servers: 'keyServers',
  bindDn: 'keyBindDn',
  bindPassword: 'keyBindPassword',
  bases: 'keyBases',
  preset: 'keyPreset',
  filter: 'keyFilter',
  'attributes.user': 'keyAttributeUser',
  'attributes.name': 'keyAttributeName',
  'attributes.emails': 'keyAttributeEmails',
  'attributes.phones': 'keyAttributePhones',
  defaultCountry: 'keyCountry',
  'connection.type': 'keyConnectionType',
  'connection.path': 'keyConnectionPath',
  'connection.host': 'keyConnectionHost',
  'connection.port': 'keyConnectionPort',
  'connection.database': 'keyConnectionDatabase',
  'connection.user': 'keyConnectionUser',
  'connection.password': 'keyConnectionPassword',
  'table.name': 'keyTableName',
  'table.user': 'keyTableUser',
  'table.id': 'keyTableId',
  'table.displayName': 'keyTableDisplayName',
  'table.emails': 'keyTableEmails',
  'table.phones': 'keyTablePhones',
  addresses: 'keyAddresses',
  url: 'keyUrl',
  contract: 'keyContract',
  headers: 'keyHeaders',
  'endpoints.list': 'keyEndpointsList',
  'identity.single.command': 'keyLookupCommand',
  'identity.single.args': 'keyLookupArgs',
  'list.command': 'keyListCommand',
  'list.args': 'keyListArgs',
  'auth.command': 'keyAuthCommand',
  tablePrefix: 'keyTablePrefix',
  credentials: 'keyCredentials',
  projectId: 'keyProjectId',
  unverifiedEmails: 'keyUnverified',
}

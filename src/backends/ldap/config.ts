import { z } from 'zod'
import { key, secret } from '../../config/types.ts'
import { backendSection, defaultCountry, sync, timeout, userKeys, uses } from '../section.ts'
import { presetNames } from './presets.ts'

/** RFC 4512, section 1.4: a name, or the dotted number of one. */
const attribute = () =>
  z
    .string()
    .regex(
      /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)+)$/,
      'Write the name of an attribute, like mail or sAMAccountName.',
    )

const filter = () => z.string().nullable().default(null)

const oneAttribute = (description: string, example: string) =>
  key(attribute().nullable().default(null), {
    description: `${description} Empty: what the preset has.`,
    restart: true,
    example,
  })

const attributes = (description: string, example: readonly string[]) =>
  key(z.array(attribute()).nullable().default(null), {
    description: `${description} Empty: what the preset has.`,
    restart: true,
    example,
  })

export const ldapSection = backendSection(
  'ldap',
  'A directory: Active Directory, Samba, OpenLDAP, 389, eDirectory.',
  {
    servers: key(z.array(z.string()).min(1, 'Write at least one server, like ldaps://dc1.example.org.'), {
      description:
        'The servers of the directory as ldaps:// or ldap:// URLs. The first one in reach is asked; the others take over while it is down.',
      restart: true,
      example: ['ldaps://dc1.example.org', 'ldaps://dc2.example.org'],
    }),
    startTls: key(z.boolean().default(false), {
      description: 'Encrypt connections to ldap:// servers with STARTTLS.',
      restart: true,
    }),
    caFile: key(z.string().min(1).nullable().default(null), {
      description: 'Certificate authority of the servers as a PEM file, where it is one of your own.',
      restart: true,
    }),
    verifyCertificate: key(z.boolean().default(true), {
      description:
        'Check the certificates of the servers. Without it anybody on the way can read the passwords.',
      restart: true,
    }),
    bindDn: key(z.string().min(1).nullable().default(null), {
      description:
        'Account that Signpost logs in with; it needs to read only. A DN; Active Directory also takes user@domain. Empty: anonymous.',
      restart: true,
      example: 'cn=signpost,ou=services,dc=example,dc=org',
    }),
    bindPassword: key(secret().nullable().default(null), {
      description: 'Password of that account.',
      restart: true,
    }),
    bases: key(z.array(z.string()).default([]), {
      description: 'Where people are searched: each of these entries and all below them.',
      restart: true,
      example: ['ou=people,dc=example,dc=org'],
    }),
    preset: key(z.enum(presetNames).default('openldap'), {
      description:
        'What kind of directory it is. Decides about attributes, disabled accounts, groups and changes.',
      restart: true,
    }),
    filter: key(filter(), {
      description: 'Narrows down who is a person of this directory, on top of what the preset asks for.',
      restart: true,
      example: '(memberOf=cn=matrix,ou=groups,dc=example,dc=org)',
    }),
    filters: z
      .strictObject({
        lookup: key(filter(), { description: 'Further filter for lookups and the mirror.', restart: true }),
        search: key(filter(), { description: 'Further filter for the search for people.', restart: true }),
        authentication: key(filter(), { description: 'Further filter for logins.', restart: true }),
        profile: key(filter(), { description: 'Further filter for profiles.', restart: true }),
      })
      .prefault({}),
    includeDisabled: key(z.boolean().default(false), {
      description: 'Take disabled and expired accounts for people as well.',
      restart: true,
    }),
    attributes: z
      .strictObject({
        user: oneAttribute('Attribute of the localpart, or of the Matrix ID.', 'uid'),
        name: oneAttribute('Attribute of the display name.', 'displayName'),
        emails: attributes('Attributes of e-mail addresses.', ['mail', 'proxyAddresses']),
        phones: attributes(
          'Attributes of phone numbers. Name only those that users cannot write themselves. Active Directory and Samba have none by themselves, since there users may.',
          ['mobile', 'telephoneNumber'],
        ),
        search: attributes('Attributes that a search by name looks into besides name and user.', [
          'department',
        ]),
        photo: oneAttribute('Attribute of the portrait.', 'jpegPhoto'),
        key: oneAttribute('Attribute that stays the same when a person is renamed or moved.', 'entryUUID'),
      })
      .prefault({}),
    ...userKeys,
    defaultCountry: defaultCountry(),
    groups: z
      .strictObject({
        bases: key(z.array(z.string()).default([]), {
          description: 'Where groups are searched. Empty: the whole directory around the people.',
          restart: true,
        }),
      })
      .prefault({}),
    pageSize: key(z.int().min(1).max(10_000).default(500), {
      description: 'How many entries are read at once.',
      restart: true,
    }),
    sizeLimit: key(z.int().min(10).max(100_000).default(1000), {
      description: 'Most entries that one lookup or search may bring.',
      restart: true,
    }),
    uses: uses(['lookup', 'search', 'authentication', 'profile']),
    sync: sync(),
    timeout: timeout(),
  },
)

export type LdapConfig = z.output<typeof ldapSection>

/** What is needed to reach and enter a directory. */
export type LdapConnectionSettings = Pick<
  LdapConfig,
  'servers' | 'startTls' | 'caFile' | 'verifyCertificate' | 'bindDn' | 'bindPassword'
>

/** What the directory is asked for; each has a filter of its own. */
export type LdapUse = keyof LdapConfig['filters']

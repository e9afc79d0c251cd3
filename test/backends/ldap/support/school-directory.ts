import { fileURLToPath } from 'node:url'
import type { Backend } from '../../../../src/backends/backend.ts'
import type { BackendWorld } from '../../../../src/backends/context.ts'
import { ldifEntry, startSlapd, type Slapd, type SlapdOptions } from '../../../support/slapd.ts'
import { startBackend, type BackendInput } from '../../support/context.ts'
import { school, schoolCountry, type SchoolPerson } from '../../support/school.ts'

export const suffix = 'dc=school,dc=example'
export const peopleDn = `ou=people,${suffix}`
export const serviceDn = `cn=signpost,ou=services,${suffix}`
export const servicePassword = 'p"ä\\ss:w{o}rd, with "quotes"'

export const schemaFile = (name: string) => fileURLToPath(new URL(name, import.meta.url))

type Attributes = Parameters<typeof ldifEntry>[1]

/** The tree around the people, and the account of Signpost. */
export const frame = [
  ldifEntry(suffix, { objectClass: ['dcObject', 'organization'], dc: 'school', o: 'School' }),
  ldifEntry(peopleDn, { objectClass: 'organizationalUnit', ou: 'people' }),
  ldifEntry(`ou=groups,${suffix}`, { objectClass: 'organizationalUnit', ou: 'groups' }),
  ldifEntry(`ou=services,${suffix}`, { objectClass: 'organizationalUnit', ou: 'services' }),
  ldifEntry(serviceDn, {
    objectClass: ['organizationalRole', 'simpleSecurityObject'],
    cn: 'signpost',
    userPassword: servicePassword,
  }),
].join('')

export const dnOf = (localpart: string) => `uid=${localpart},${peopleDn}`

/** A person of an OpenLDAP directory. */
export function personLdif(localpart: string, more: Attributes = {}, dn = dnOf(localpart)): string {
  return ldifEntry(dn, {
    objectClass: ['inetOrgPerson', 'schoolPerson'],
    uid: localpart,
    cn: localpart,
    sn: localpart,
    ...more,
  })
}

const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text)

function schoolPerson({ localpart, name, emails, phones, password }: SchoolPerson): string {
  return personLdif(localpart, {
    cn: name,
    mail: emails.filter(isAscii),
    schoolMail: emails.filter((email) => !isAscii(email)),
    telephoneNumber: phones,
    userPassword: password,
  })
}

/** Groups of the school: the staff has a group as its member, and is a member of that one in turn. */
function schoolGroups(): string {
  const group = (cn: string, member: readonly string[]) =>
    ldifEntry(`cn=${cn},ou=groups,${suffix}`, { objectClass: 'groupOfNames', cn, member })
  const members = (role: string) =>
    school.filter(({ roles }) => roles.includes(role)).map((one) => dnOf(one.localpart))
  return [
    group('teachers', [...members('teachers'), `cn=staff,ou=groups,${suffix}`]),
    group('staff', [`cn=teachers,ou=groups,${suffix}`]),
    group('pupils', members('pupils')),
  ].join('')
}

export const schoolLdif = frame + school.map(schoolPerson).join('') + schoolGroups()

/** The account of Signpost reads all but passwords; others may log in and no more. */
export const access = [
  'access to attrs=userPassword by anonymous auth by * none',
  `access to * by dn.exact="${serviceDn}" read by * none`,
]

export function startSchool(changes: Partial<SlapdOptions> = {}): Promise<Slapd> {
  return startSlapd({
    suffix,
    ldif: schoolLdif,
    schemas: [schemaFile('school.schema')],
    databaseSettings: access,
    ...changes,
  })
}

export type LdapInput = Extract<BackendInput, { type: 'ldap' }>

export function ldapInput(slapd: Pick<Slapd, 'ldapUrl'>, changes: Partial<LdapInput> = {}): LdapInput {
  return {
    id: 'school',
    type: 'ldap',
    servers: [slapd.ldapUrl],
    bindDn: serviceDn,
    bindPassword: servicePassword,
    bases: [peopleDn],
    attributes: { emails: ['mail', 'schoolMail'] },
    defaultCountry: schoolCountry,
    ...changes,
  }
}

export function startLdap(
  slapd: Pick<Slapd, 'ldapUrl'>,
  changes: Partial<LdapInput> = {},
  world: Partial<BackendWorld> = {},
): Promise<Backend> {
  return startBackend(ldapInput(slapd, changes), world)
}

import type { Backend } from '../../../../src/backends/backend.ts'
import { sambaSuffix, type SambaAd } from '../../../support/samba.ts'
import { ldifEntry } from '../../../support/slapd.ts'
import { startBackend } from '../../support/context.ts'
import { school, schoolCountry, type SchoolPerson } from '../../support/school.ts'
import type { LdapInput } from './school-directory.ts'

type Attributes = Parameters<typeof ldifEntry>[1]

export const schoolOu = `OU=School,${sambaSuffix}`
export const serviceDn = `CN=Signpost,${sambaSuffix}`
export const servicePassword = 'Service "of" the täßt\\s'

/** Flags of userAccountControl (MS-ADTS 2.2.16). */
export const NORMAL_ACCOUNT = 0x200
export const ACCOUNT_DISABLED = 0x2

export const entryDn = (cn: string, parent = schoolOu) =>
  `CN=${cn.replaceAll(/[,"+\\<>;=]/g, '\\$&')},${parent}`

/** How Active Directory takes a password: in quotes and UTF-16 (MS-ADTS 3.1.1.3.1.5). */
export const unicodePwd = (password: string) => Buffer.from(`"${password}"`, 'utf16le')

/** An account with the password `pw`. */
export function account(user: string, { cn = user, ...more }: Attributes = {}, parent = schoolOu): string {
  return ldifEntry(entryDn(String(cn), parent), {
    objectClass: 'user',
    sAMAccountName: user,
    userPrincipalName: `${user}@corp.school.example`,
    userAccountControl: String(NORMAL_ACCOUNT),
    unicodePwd: unicodePwd('pw'),
    ...more,
  })
}

export const group = (cn: string, member: readonly string[] = []) =>
  ldifEntry(entryDn(cn), { objectClass: 'group', sAMAccountName: cn, member })

/** LDIF that changes an entry: `changing(dn, 'modify', 'replace: mail', 'mail: anna@school.example')`. */
export const changing = (dn: string, type: 'modify' | 'modrdn' | 'delete', ...lines: readonly string[]) =>
  [`dn: ${dn}`, `changetype: ${type}`, ...lines, '\n'].join('\n')

/** What every domain of the tests begins with. */
export const frame =
  ldifEntry(schoolOu, { objectClass: 'organizationalUnit' }) +
  account(
    'signpost',
    {
      cn: 'Signpost',
      userPrincipalName: 'signpost@example.org',
      unicodePwd: unicodePwd(servicePassword),
    },
    sambaSuffix,
  )

function schoolPerson({ localpart, name, emails, phones, password }: SchoolPerson): string {
  const [main = '', ...others] = emails
  return account(localpart, {
    cn: name,
    displayName: name,
    mail: main,
    ...(others.length === 0 ? {} : { proxyAddresses: others.map((email) => `smtp:${email}`) }),
    ...(phones.length === 0 ? {} : { telephoneNumber: phones }),
    unicodePwd: unicodePwd(password),
  })
}

const roles = [...new Set(school.flatMap((person) => person.roles))]

/** The people of the school, and their groups. */
export const schoolLdif =
  school.map(schoolPerson).join('') +
  roles
    .map((role) =>
      group(
        role,
        school.filter((person) => person.roles.includes(role)).map(({ name }) => entryDn(name)),
      ),
    )
    .join('')

/** Groups that everybody is in: the primary one, and the built-in one around it. */
export const everybodysRoles = ['Domain Users', 'Users']

export function sambaInput(samba: SambaAd, changes: Partial<LdapInput> = {}): LdapInput {
  return {
    id: 'school',
    type: 'ldap',
    servers: [samba.ldapsUrl],
    caFile: samba.caFile,
    preset: 'activeDirectory',
    bindDn: serviceDn,
    bindPassword: servicePassword,
    bases: [schoolOu],
    defaultCountry: schoolCountry,
    ...changes,
  }
}

export const startOnSamba = (samba: SambaAd, changes: Partial<LdapInput> = {}): Promise<Backend> =>
  startBackend(sambaInput(samba, changes))

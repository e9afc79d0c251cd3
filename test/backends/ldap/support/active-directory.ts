import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Backend } from '../../../../src/backends/backend.ts'
import type { BackendWorld } from '../../../../src/backends/context.ts'
import { ldifEntry, startSlapd, type Slapd, type SlapdOptions } from '../../../support/slapd.ts'
import { createTempDir } from '../../../support/temp-dir.ts'
import { school, type SchoolPerson } from '../../support/school.ts'
import { access, frame, peopleDn, schemaFile, startLdap, suffix, type LdapInput } from './school-directory.ts'

type Attributes = Parameters<typeof ldifEntry>[1]

/** An operator names them once users may not write them; the preset has none. */
export const adPhones = ['telephoneNumber', 'otherMobile']

export const NORMAL_ACCOUNT = 512
export const ACCOUNT_DISABLED = 2

/** `S-1-5-21-1-2-3-rid`, as bytes. */
export function sid(rid: number): Buffer {
  const bytes = Buffer.alloc(28)
  bytes.writeUInt8(1, 0)
  bytes.writeUInt8(5, 1)
  bytes.writeUIntBE(5, 2, 6)
  for (const [i, part] of [21, 1, 2, 3, rid].entries()) bytes.writeUInt32LE(part, 8 + 4 * i)
  return bytes
}

/** Sixteen bytes that are no text, different for every number. */
export function guid(number: number): Buffer {
  const bytes = Buffer.from('00112233445566778899aabbfffe0000', 'hex')
  bytes.writeUInt16BE(number, 14)
  return bytes
}

export const adDn = (name: string) => `cn=${name.replaceAll(/[,"+\\<>;=]/g, '\\$&')},${peopleDn}`

/** An account as Active Directory has it. */
export function adPerson(number: number, account: string, more: Attributes = {}): string {
  const cn = String(more.cn ?? account)
  return ldifEntry(adDn(cn), {
    objectClass: 'user',
    objectCategory: 'person',
    cn,
    sn: account,
    sAMAccountName: account,
    userPrincipalName: `${account}@corp.school.example`,
    userAccountControl: String(NORMAL_ACCOUNT),
    accountExpires: '9223372036854775807',
    objectGUID: guid(number),
    objectSid: sid(1000 + number),
    primaryGroupID: '513',
    uSNChanged: String(number),
    ...more,
  })
}

export function adGroup(rid: number, cn: string, member: readonly string[] = []): string {
  return ldifEntry(`cn=${cn},ou=groups,${suffix}`, { objectClass: 'group', cn, objectSid: sid(rid), member })
}

/** Mail addresses that are not in `mail` stand in `proxyAddresses`, as Exchange writes them. */
function schoolPerson({ localpart, name, emails, phones, password }: SchoolPerson, index: number): string {
  const [main = '', ...others] = emails
  const proxies = [
    `SMTP:${main}`,
    ...others.map((email) => `smtp:${email}`),
    `SIP:${localpart}@sip.school.example`,
  ]
  return adPerson(index + 1, localpart.toUpperCase(), {
    cn: name,
    displayName: name,
    proxyAddresses: proxies,
    telephoneNumber: phones,
    userPassword: password,
  })
}

export const schoolAd =
  frame +
  school.map(schoolPerson).join('') +
  [...new Set(school.flatMap(({ roles }) => roles))]
    .map((role, i) =>
      adGroup(
        2000 + i,
        role,
        school.filter(({ roles }) => roles.includes(role)).map((one) => adDn(one.name)),
      ),
    )
    .join('')

export interface RootDse {
  readonly dsServiceName: string
  readonly highestCommittedUSN: number
}

/** A slapd that looks like Active Directory. `rootDse` holds for the next start. */
export async function startActiveDirectory(
  ldif = schoolAd,
  changes: Partial<SlapdOptions> = {},
): Promise<Slapd & { setRootDse(root: RootDse): Promise<void> }> {
  const file = join(await createTempDir('root-dse'), 'root.ldif')
  const write = ({ dsServiceName, highestCommittedUSN }: RootDse) =>
    writeFile(
      file,
      ldifEntry('', {
        objectClass: ['top', 'extensibleObject'],
        dsServiceName,
        highestCommittedUSN: String(highestCommittedUSN),
        supportedCapabilities: ['1.2.840.113556.1.4.800', '1.2.840.113556.1.4.1670'],
        defaultNamingContext: suffix,
      }),
    )
  await write({ dsServiceName: `cn=DC1,${suffix}`, highestCommittedUSN: 1000 })
  const slapd = await startSlapd({
    suffix,
    ldif,
    schemas: [schemaFile('active-directory.schema')],
    settings: [`rootDSE ${file}`],
    databaseSettings: access,
    ...changes,
  })
  return {
    ...slapd,
    async setRootDse(root) {
      await slapd.stop()
      await write(root)
      await slapd.start()
    },
  }
}

export function startAd(
  slapd: Pick<Slapd, 'ldapUrl'>,
  changes: Partial<LdapInput> = {},
  world: Partial<BackendWorld> = {},
): Promise<Backend> {
  return startLdap(slapd, { preset: 'activeDirectory', attributes: {}, ...changes }, world)
}

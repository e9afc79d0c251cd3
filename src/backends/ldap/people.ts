import { readRecord, type DirectoryRecord, type ListedPerson } from '../person.ts'
import { firstRdn } from './dn.ts'
import { bytesOf, firstText, textsOf, type LdapEntry } from './entry.ts'
import type { Layout } from './layout.ts'

/** The person that an entry stands for. */
export function readPerson(entry: LdapEntry, layout: Layout): ListedPerson {
  const record: DirectoryRecord = {
    key: keyOf(entry, layout),
    user: userIn(entry, layout.user),
    displayName: firstText(entry, layout.name),
    emails: layout.emails.flatMap((attribute) => mailAddresses(textsOf(entry, attribute), attribute)),
    phones: layout.phones.flatMap((attribute) => textsOf(entry, attribute)),
    others: layout.searched.flatMap((attribute) => textsOf(entry, attribute)),
  }
  return readRecord(record, layout.rules)
}

/** Names the entry for good; its DN where the directory gives no better name. */
export function keyOf(entry: LdapEntry, { key, keyFormat }: Layout): string {
  const [bytes] = bytesOf(entry, key)
  if (bytes === undefined || bytes.length === 0) return entry.dn
  if (keyFormat === 'text') return bytes.toString('utf8')
  return bytes.length === 16 ? guidText(bytes, keyFormat === 'microsoft-guid') : bytes.toString('hex')
}

/** Microsoft writes the first three groups with their bytes turned round (MS-DTYP 2.3.4.2). */
function guidText(bytes: Buffer, turned: boolean): string {
  const ordered = turned
    ? Buffer.concat([
        Buffer.from(bytes.subarray(0, 4)).reverse(),
        Buffer.from(bytes.subarray(4, 6)).reverse(),
        Buffer.from(bytes.subarray(6, 8)).reverse(),
        bytes.subarray(8),
      ])
    : bytes
  return ordered.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Values have no order in LDAP: among several users the one that names the entry counts, else the first by alphabet. */
function userIn(entry: LdapEntry, attribute: string): string {
  const values = textsOf(entry, attribute)
  if (values.length > 1) {
    const rdn = firstRdn(entry.dn)
    if (rdn?.attribute.toLowerCase() === attribute.toLowerCase() && values.includes(rdn.value))
      return rdn.value
  }
  return values.toSorted()[0] ?? ''
}

/** Attributes of Exchange that hold addresses of all kinds: `SMTP:` for the main one, `smtp:`, `SIP:`, `X500:`, ... */
export const isProxyAttribute = (attribute: string) => attribute.toLowerCase() === 'proxyaddresses'

/** Mail addresses among the values of an attribute. */
export function mailAddresses(values: readonly string[], attribute: string): readonly string[] {
  if (!isProxyAttribute(attribute)) return values
  return values
    .filter((value) => !/^(?!smtp:)[a-z0-9-]+:/i.test(value))
    .map((value) => value.replace(/^smtp:/i, ''))
}

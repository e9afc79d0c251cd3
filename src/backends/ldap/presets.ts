/** Kinds of directories, by what they call things. */
export const presetNames = ['activeDirectory', 'samba', 'openldap', '389ds', 'edirectory'] as const
export type PresetName = (typeof presetNames)[number]

export interface Preset {
  /** Filter of people. */
  readonly person: string
  /** Filter of accounts that are in use at `now`; null where only `lock` tells. */
  readonly enabled: ((now: Date) => string) | null
  /**
   * Attribute with a value for accounts that are switched off, where not every directory of the kind knows the
   * attribute: a filter with an unknown one is never true, not even when it is negated (RFC 4511, section 4.5.1.7).
   */
  readonly lock: { readonly attribute: string; readonly value: string } | null
  readonly user: string
  readonly name: string
  readonly emails: readonly string[]
  /** None where users write their own numbers unless somebody took care that they do not. */
  readonly phones: readonly string[]
  readonly search: readonly string[]
  readonly photo: string
  readonly key: string
  /** How `key` is written: as text, as the 16 bytes of Microsoft's GUIDs, or as bytes in their order. */
  readonly keyFormat: 'text' | 'microsoft-guid' | 'bytes'
  /** How changed entries are recognised. */
  readonly changes: 'usn' | 'timestamp'
  /** How groups of groups are found: by the server, or step by step. */
  readonly groups: 'chain' | 'climb'
  /** Attribute of a login name that holds an @; null where there is none. */
  readonly principal: string | null
}

const activeDirectory: Preset = {
  person: '(&(objectCategory=person)(objectClass=user))',
  // Bit 2 of userAccountControl is ACCOUNTDISABLE; accountExpires is 0 or 2^63-1 for "never" (MS-ADTS 2.2.16, MS-ADA1).
  enabled: (now) =>
    '(&(!(userAccountControl:1.2.840.113556.1.4.803:=2))' +
    `(|(!(accountExpires=*))(accountExpires=0)(accountExpires>=${fileTime(now)})))`,
  lock: null,
  user: 'sAMAccountName',
  name: 'displayName',
  emails: ['mail', 'proxyAddresses'],
  // All that Active Directory has are of the property set "Personal Information", which every user may write of themselves
  // (SELF in the default security descriptor of the class user, MS-ADSC; the set: MS-ADTS 3.1.1.2.3.3).
  phones: [],
  search: ['givenName', 'sn'],
  photo: 'thumbnailPhoto',
  key: 'objectGUID',
  keyFormat: 'microsoft-guid',
  changes: 'usn',
  groups: 'chain',
  principal: 'userPrincipalName',
}

const openldap: Preset = {
  person: '(|(objectClass=person)(objectClass=posixAccount))',
  // The time of a lock for good (draft-behera-ldap-password-policy, 5.3.3). Locks after mistyped passwords end by
  // themselves: if they counted, a stranger could take anybody out of the directory.
  enabled: null,
  lock: { attribute: 'pwdAccountLockedTime', value: '000001010000Z' },
  user: 'uid',
  name: 'cn',
  emails: ['mail', 'mailPrimaryAddress', 'mailAlternativeAddress'],
  phones: ['telephoneNumber', 'mobile', 'homePhone'],
  search: ['givenName', 'sn', 'displayName'],
  photo: 'jpegPhoto',
  key: 'entryUUID',
  keyFormat: 'text',
  changes: 'timestamp',
  groups: 'climb',
  principal: null,
}

const presets: Readonly<Record<PresetName, Preset>> = {
  activeDirectory,
  samba: activeDirectory,
  openldap,
  '389ds': {
    ...openldap,
    person: '(|(objectClass=person)(objectClass=nsPerson)(objectClass=posixAccount))',
    // Often a virtual attribute, by role or class of service, which filters do not see.
    lock: { attribute: 'nsAccountLock', value: 'true' },
    emails: ['mail', 'mailAlternateAddress'],
    key: 'nsUniqueId',
  },
  edirectory: {
    ...openldap,
    person: '(objectClass=inetOrgPerson)',
    enabled: (now) =>
      '(&(!(loginDisabled=TRUE))' +
      `(|(!(loginExpirationTime=*))(loginExpirationTime>=${generalizedTime(now.getTime())})))`,
    lock: null,
    user: 'cn',
    name: 'fullName',
    emails: ['mail'],
    key: 'GUID',
    keyFormat: 'bytes',
  },
}

export const presetOf = (name: PresetName): Preset => presets[name]

/** 100-nanosecond intervals since 1601 (MS-DTYP 2.3.3). */
function fileTime(time: Date): string {
  return String((BigInt(time.getTime()) + 11_644_473_600_000n) * 10_000n)
}

/** `20260131235959Z` (RFC 4517, section 3.3.13). @param ms milliseconds since the Unix epoch */
export function generalizedTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
}

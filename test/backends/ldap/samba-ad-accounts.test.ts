import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Backend, Login } from '../../../src/backends/backend.ts'
import { sambaSuffix, sambaUnavailable, startSambaAd, type SambaAd } from '../../support/samba.ts'
import { describeWith } from '../../support/skip.ts'
import { asking } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import type { LdapInput } from './support/school-directory.ts'
import {
  account,
  ACCOUNT_DISABLED,
  changing,
  entryDn,
  everybodysRoles,
  frame,
  group,
  NORMAL_ACCOUNT,
  startOnSamba,
} from './support/samba-school.ts'

const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex')

/** Accounts by what is the matter with them; each has a mail address of its name. */
const accounts: readonly (readonly [user: string, Parameters<typeof account>[1]])[] = [
  ['disabled', { userAccountControl: String(NORMAL_ACCOUNT + ACCOUNT_DISABLED) }],
  // 133,000,000,000,000,000 is in June 2022, the other one in October 2239.
  ['expired', { accountExpires: '133000000000000000' }],
  ['expiring', { accountExpires: '201000000000000000' }],
  ['forever', { accountExpires: '0' }],
  ['beginner', { pwdLastSet: '0' }],
  ['nightly', { logonHours: Buffer.alloc(21) }],
  ['locked', {}],
]

const people =
  accounts.map(([user, more]) => account(user, { mail: `${user}@school.example`, ...more })).join('') +
  account('Anna.Meier', {
    cn: 'Meier, Anna "AM" #1',
    displayName: 'Anna Meier',
    mail: 'Anna.Meier@School.Example',
    proxyAddresses: [
      'SMTP:Anna.Meier@School.Example',
      'smtp:a.meier@school.example',
      'SIP:anna@sip.school.example',
      'X500:/o=School/ou=Exchange/cn=Recipients/cn=anna',
      'X400:C=de;A= ;P=School;O=Exchange;S=Meier;G=Anna;',
    ],
    telephoneNumber: '030/901820-17',
    otherTelephone: ['+49 (30) 901820 18', '(0)30 901820-19'],
    mobile: '0170 / 765 43 21',
    thumbnailPhoto: jpeg,
  }) +
  account('erika')

const groups =
  group('Teachers', [entryDn('Meier, Anna "AM" #1')]) +
  group('Staff (all)', [entryDn('Teachers')]) +
  group('Circle', [entryDn('Staff (all)')]) +
  group('House', [entryDn('erika')]) +
  group('Others', [entryDn('disabled')]) +
  changing(entryDn('Teachers'), 'modify', 'add: member', `member: ${entryDn('Circle')}`)

const login = (name: string, password = 'pw'): Login => ({
  userId: `@${name}:example.org`,
  localpart: name,
  domain: 'example.org',
  password,
})

describeWith('Samba', sambaUnavailable(), 'the accounts of an Active Directory domain', () => {
  let samba: SambaAd
  let backend: Backend
  beforeAll(async () => {
    samba = await startSambaAd()
    await samba.change(frame + people + groups)
    backend = await startOnSamba(samba, {
      attributes: { phones: ['telephoneNumber', 'otherTelephone', 'mobile'] },
    })
  })
  afterAll(async () => {
    await backend?.close()
    await samba?.stop()
  })

  const extra: Backend[] = []
  afterEach(async () => {
    await Promise.all(extra.splice(0).map((one) => one.close()))
  })
  async function another(changes: Partial<LdapInput>): Promise<Backend> {
    const started = await startOnSamba(samba, changes)
    extra.push(started)
    return started
  }

  const answer = async (name: string, password?: string, of = backend) =>
    of.authenticate?.(login(name, password), asking())
  const holders = async (address: string, of = backend) => {
    const medium = address.includes('@') ? ('email' as const) : ('msisdn' as const)
    return (await of.findMappings?.([{ medium, address }], asking()))?.map(({ mxid }) => mxid)
  }
  const refusal = (reason: string) => ({ success: false, reason })

  it('are left out everywhere when they are disabled or have expired, and only then', async () => {
    const { listed } = await readListing(backend)
    expect(listed.map(({ person }) => person?.mxid).toSorted()).toEqual(
      ['anna.meier', 'beginner', 'erika', 'expiring', 'forever', 'locked', 'nightly'].map(
        (user) => `@${user}:example.org`,
      ),
    )
    for (const [user] of accounts) {
      const mxid = `@${user}:example.org`
      const isIn = user !== 'disabled' && user !== 'expired'
      expect(await holders(`${user}@school.example`), user).toEqual(isIn ? [mxid] : [])
      const found = await backend.search?.({ by: 'name', term: user, limit: 5 }, asking())
      expect(
        found?.results.map((one) => one.mxid),
        user,
      ).toEqual(isIn ? [mxid] : [])
      expect((await backend.profile?.(mxid, asking())) !== null, user).toBe(isIn)
    }
  })

  it('are in with the disabled ones where that is wanted, which lets none of these log in', async () => {
    const whole = await another({ includeDisabled: true })
    for (const user of ['disabled', 'expired']) {
      expect(await holders(`${user}@school.example`, whole)).toEqual([`@${user}:example.org`])
      expect(await answer(user, 'pw', whole), user).toEqual(refusal('not-allowed'))
    }
  })

  it('say at login whether they are unknown, or the password is wrong, or they may not', async () => {
    expect(await answer('erika')).toMatchObject({ success: true, mxid: '@erika:example.org' })
    expect(await answer('erika', 'pw ')).toEqual(refusal('wrong-password'))
    expect(await answer('erika', 'PW')).toEqual(refusal('wrong-password'))
    expect(await answer('nobody')).toEqual(refusal('unknown-user'))
    for (const user of ['disabled', 'expired', 'beginner', 'nightly']) {
      expect(await answer(user), user).toEqual(refusal('not-allowed'))
    }
    for (const user of ['expiring', 'forever']) {
      expect(await answer(user), user).toMatchObject({ success: true })
    }
  })

  it('are locked after mistyped passwords: no login then, but still to be found', async () => {
    const lockAfter = (count: number) =>
      samba.change(changing(sambaSuffix, 'modify', 'replace: lockoutThreshold', `lockoutThreshold: ${count}`))
    await lockAfter(3)
    for (const attempt of ['one', 'two', 'three']) {
      expect(await answer('locked', attempt)).toEqual(refusal('wrong-password'))
    }
    expect(await answer('locked')).toEqual(refusal('not-allowed'))
    // Else a stranger could take anybody out of the directory.
    expect(await holders('locked@school.example')).toEqual(['@locked:example.org'])

    await samba.change(changing(entryDn('locked'), 'modify', 'replace: lockoutTime', 'lockoutTime: 0'))
    expect(await answer('locked')).toMatchObject({ success: true })
    await lockAfter(0)
  })

  it('take the names that Windows knows at login', async () => {
    const names = [
      'anna.meier',
      'ANNA.MEIER',
      'SCHOOL\\Anna.Meier',
      'Anna.Meier@corp.school.example',
      'anna.meier@CORP.School.Example',
      // The domain itself, which everybody has beside the name that was chosen for them.
      'anna.meier@example.org',
      'Anna.Meier@EXAMPLE.org',
    ]
    for (const name of names) {
      expect(await answer(name), name).toMatchObject({ success: true, mxid: '@anna.meier:example.org' })
      expect(await answer(name, 'wrong'), name).toEqual(refusal('wrong-password'))
    }
    // Their mail domain is not that of their login names.
    for (const name of [
      'anna.meier@school.example',
      'anna.meier@org',
      'anna.meier@school.example.org',
      'disabled@example',
      'SCHOOL\\',
      'SCHOOL\\*',
      '*@corp.school.example',
      'Meier',
    ]) {
      expect(await answer(name), name).toEqual(refusal('unknown-user'))
    }
    for (const name of ['disabled@example.org', 'disabled@corp.school.example', 'SCHOOL\\disabled']) {
      expect(await answer(name), name).toEqual(refusal('not-allowed'))
    }
  })

  it('have the mail addresses of Exchange and none of its others, and numbers as they are written', async () => {
    const { listed } = await readListing(backend)
    const anna = listed.find(({ person }) => person?.mxid === '@anna.meier:example.org')
    expect(anna?.rejections).toEqual([])
    expect(anna?.person?.addresses.map(({ address }) => address).toSorted()).toEqual(
      [
        'a.meier@school.example',
        'anna.meier@school.example',
        ...['493090182017', '493090182018', '493090182019', '491707654321'],
      ].toSorted(),
    )
    for (const { address } of anna?.person?.addresses ?? []) {
      expect(await holders(address), address).toEqual(['@anna.meier:example.org'])
    }
    expect(await holders('anna@sip.school.example')).toEqual([])
    expect(await holders('433090182018')).toEqual([])
  })

  it('have a key that is the GUID as Microsoft writes it', async () => {
    const { listed } = await readListing(backend)
    const key = listed.find(({ person }) => person?.mxid === '@erika:example.org')?.key ?? ''
    expect(key).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    // Active Directory takes the GUID for a name, in the same form.
    await samba.change(changing(`<GUID=${key}>`, 'modify', 'replace: department', 'department: Kitchen'))
    const kitchen = await another({ filter: '(department=Kitchen)' })
    expect((await readListing(kitchen)).listed.map((one) => one.key)).toEqual([key])
  })

  it('have their groups for roles: nested ones, those in circles, and the primary one with what it is in', async () => {
    const rolesOf = async (user: string) => (await backend.profile?.(`@${user}:example.org`, asking()))?.roles
    expect(await rolesOf('anna.meier')).toEqual(
      ['Circle', 'Staff (all)', 'Teachers', ...everybodysRoles].toSorted(),
    )

    const guests = `CN=Domain Guests,CN=Users,${sambaSuffix}`
    await samba.change(
      changing(guests, 'modify', 'add: member', `member: ${entryDn('erika')}`) +
        changing(entryDn('Staff (all)'), 'modify', 'add: member', `member: ${guests}`) +
        // The number of that group in every domain (MS-ADTS 6.1.1.6).
        changing(entryDn('erika'), 'modify', 'replace: primaryGroupID', 'primaryGroupID: 514'),
    )
    expect(await rolesOf('erika')).toEqual(
      [
        'Circle',
        'Domain Guests',
        'Guests',
        'House',
        'Staff (all)',
        'Teachers',
        ...everybodysRoles,
      ].toSorted(),
    )
  })

  it('have their portrait and their name', async () => {
    const profile = await backend.profile?.('@anna.meier:example.org', asking())
    expect(profile?.displayName).toBe('Anna Meier')
    expect(profile?.photo?.contentType).toBe('image/jpeg')
    expect(Buffer.from(profile?.photo?.bytes ?? [])).toEqual(jpeg)
  })
})

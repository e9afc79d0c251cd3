import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../../support/slapd.ts'
import { asking } from '../support/context.ts'
import { backendContract, readListing } from '../support/contract.ts'
import { stepsOf } from '../support/steps.ts'
import {
  ACCOUNT_DISABLED,
  adDn,
  adGroup,
  adPerson,
  adPhones,
  NORMAL_ACCOUNT,
  schoolAd,
  sid,
  startActiveDirectory,
  startAd,
} from './support/active-directory.ts'
import { frame, suffix } from './support/school-directory.ts'

const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex')
const longName = 'Wolfeschlegelsteinhausenbergerdorff '.repeat(6).trim()

const staff =
  frame +
  [
    adPerson(1, 'anna', {
      mail: 'Anna.Meier@School.Example',
      proxyAddresses: [
        'SMTP:Anna.Meier@School.Example',
        'smtp:a.meier@school.example',
        'sip:anna@sip.school.example',
        'X500:/o=School/ou=Exchange/cn=Recipients/cn=anna',
        'EUM:4711;phone-context=school',
      ],
      otherMobile: ['+49 (170) 1234567', '0170-765 43 21'],
      thumbnailPhoto: jpeg,
      userPassword: 'pw',
    }),
    adPerson(2, 'ben', {
      userAccountControl: String(NORMAL_ACCOUNT + ACCOUNT_DISABLED),
      mail: 'ben@school.example',
      userPassword: 'pw',
    }),
    // 133,000,000,000,000,000 is in June 2022.
    adPerson(3, 'cem', {
      accountExpires: '133000000000000000',
      mail: 'cem@school.example',
      userPassword: 'pw',
    }),
    adPerson(4, 'DORA', { accountExpires: '0', mail: 'dora@school.example', userPassword: 'pw' }),
    adPerson(5, 'José Núñez', { mail: 'jose@school.example', userPassword: 'pw' }),
    adPerson(6, 'erik', { cn: 'Quote "E", Comma', displayName: longName, userPassword: 'pw' }),
    // A contact: mail, but no account.
    adPerson(7, 'PC-17$', { objectCategory: 'computer', mail: 'pc17@school.example' }),
    adGroup(513, 'Domain Users'),
    adGroup(2001, 'Teachers', [adDn('anna')]),
    adGroup(2002, 'Staff', [`cn=Teachers,ou=groups,${suffix}`, `cn=Circle,ou=groups,${suffix}`]),
    adGroup(2003, 'Circle', [`cn=Staff,ou=groups,${suffix}`]),
    adGroup(2004, 'Everybody', [`cn=Domain Users,ou=groups,${suffix}`]),
    adGroup(2005, 'Others', [adDn('ben')]),
  ].join('')

const login = (name: string, password = 'pw') => ({
  userId: `@${name}:example.org`,
  localpart: name,
  domain: 'example.org',
  password,
})

describeWith('slapd', slapdUnavailable(), 'a directory like Active Directory', () => {
  let slapd: Slapd
  let backend: Backend | undefined
  beforeAll(async () => {
    slapd = await startActiveDirectory(staff)
  })
  afterEach(() => backend?.close())
  afterAll(() => slapd?.stop())

  const found = async (address: string, medium: 'email' | 'msisdn' = 'email') => {
    backend ??= await startAd(slapd)
    const all = await backend.findMappings?.([{ medium, address }], asking())
    return all?.map(({ mxid }) => mxid)
  }
  afterEach(() => {
    backend = undefined
  })

  it('gives a person all addresses of Exchange, and none of its other kinds', async () => {
    backend = await startAd(slapd, { attributes: { phones: adPhones }, defaultCountry: null })
    const { listed } = await readListing(backend)
    const anna = listed.find(({ person }) => person?.mxid === '@anna:example.org')
    expect(anna?.rejections).toEqual([
      { field: 'phone', value: '0170-765 43 21', reason: expect.any(String) },
    ])
    expect(anna?.person?.addresses).toEqual([
      { medium: 'email', address: 'anna.meier@school.example' },
      { medium: 'email', address: 'a.meier@school.example' },
      { medium: 'msisdn', address: '491701234567' },
    ])
    expect(await found('a.meier@school.example')).toEqual(['@anna:example.org'])
    expect(await found('anna@sip.school.example')).toEqual([])
  })

  it('reads national numbers where the country is known', async () => {
    backend = await startAd(slapd, { attributes: { phones: adPhones }, defaultCountry: 'DE' })
    expect(await found('491707654321', 'msisdn')).toEqual(['@anna:example.org'])
    expect(await found('491701234567', 'msisdn')).toEqual(['@anna:example.org'])
    expect(await found('431701234567', 'msisdn')).toEqual([])
  })

  it.each(['activeDirectory', 'samba'] as const)(
    'knows nobody by numbers that they may have written themselves, as %s, and says so',
    async (preset) => {
      backend = await startAd(slapd, { preset })
      expect(await found('491701234567', 'msisdn')).toEqual([])
      const { listed } = await readListing(backend)
      const media = listed.flatMap(({ person }) => person?.addresses.map(({ medium }) => medium) ?? [])
      expect(new Set(media)).toEqual(new Set(['email']))
      const search = await backend.search?.({ by: 'address', term: '1701234567', limit: 5 }, asking())
      expect(search?.results).toEqual([])
      const profile = await backend.profile?.('@anna:example.org', asking())
      expect(profile?.threepids.map(({ medium }) => medium)).toEqual(['email', 'email'])
      expect((await stepsOf(backend))[0]).toMatchObject({
        ...{ step: 'settings', outcome: 'ok' },
        detail: expect.stringContaining('name the attributes in "attributes.phones"') as unknown,
      })
    },
  )

  it('says nothing of numbers where the operator decided about them', async () => {
    for (const phones of [adPhones, []]) {
      backend = await startAd(slapd, { attributes: { phones } })
      expect((await stepsOf(backend))[0]?.detail).not.toContain('hone')
      await backend.close()
    }
  })

  it('names people by their GUID, as Microsoft writes it', async () => {
    backend = await startAd(slapd)
    const { listed } = await readListing(backend)
    expect(listed.map(({ key }) => key)).toContain('33221100-5544-7766-8899-aabbfffe0001')
  })

  it('leaves out disabled and expired accounts, computers, and nobody else', async () => {
    backend = await startAd(slapd)
    const { listed } = await readListing(backend)
    expect(listed.map(({ person }) => person?.mxid).toSorted()).toEqual(
      ['@anna:example.org', '@dora:example.org', '@erik:example.org', undefined].toSorted(),
    )
    for (const name of ['ben', 'cem', 'pc17']) expect(await found(`${name}@school.example`)).toEqual([])
    expect(await found('dora@school.example')).toEqual(['@dora:example.org'])
    const search = await backend.search?.({ by: 'name', term: 'ben', limit: 5 }, asking())
    expect(search?.results).toEqual([])
    expect(await backend.profile?.('@ben:example.org', asking())).toBeNull()
  })

  it('takes disabled accounts for people where that is wanted', async () => {
    backend = await startAd(slapd, { includeDisabled: true })
    expect(await found('ben@school.example')).toEqual(['@ben:example.org'])
    expect(await backend.authenticate?.(login('ben'), asking())).toMatchObject({ success: true })
  })

  it('tells a disabled or expired account from an unknown one at login, even with the right password', async () => {
    backend = await startAd(slapd)
    for (const name of ['ben', 'cem']) {
      const answer = await backend.authenticate?.(login(name), asking())
      expect(answer).toEqual({ success: false, reason: 'not-allowed' })
    }
    const stranger = await backend.authenticate?.(login('zelda'), asking())
    expect(stranger).toEqual({ success: false, reason: 'unknown-user' })
  })

  it('lets people in under all names that Windows knows', async () => {
    backend = await startAd(slapd)
    for (const name of [
      'anna',
      'ANNA',
      'SCHOOL\\anna',
      'anna@corp.school.example',
      'Anna@CORP.school.example',
    ]) {
      const answer = await backend.authenticate?.(login(name), asking())
      expect(answer, name).toMatchObject({ success: true, mxid: '@anna:example.org' })
    }
    // The mail domain is not the one of the login names.
    for (const name of [
      'anna.meier@school.example',
      'SCHOOL\\',
      '\\anna',
      'SCHOOL\\*',
      '*@corp.school.example',
      'a@b@c',
    ]) {
      expect(await backend.authenticate?.(login(name), asking()), name).toMatchObject({ success: false })
    }
  })

  it('finds nested groups, groups in circles, and the primary group with what it is in', async () => {
    backend = await startAd(slapd)
    const profile = await backend.profile?.('@anna:example.org', asking())
    expect(profile?.roles).toEqual(['Circle', 'Domain Users', 'Everybody', 'Staff', 'Teachers'])
  })

  it('brings the portrait with its type', async () => {
    backend = await startAd(slapd)
    const profile = await backend.profile?.('@anna:example.org', asking())
    expect(profile?.photo?.contentType).toBe('image/jpeg')
    expect(Buffer.from(profile?.photo?.bytes ?? [])).toEqual(jpeg)
    expect((await backend.profile?.('@erik:example.org', asking()))?.photo).toBeNull()
  })

  it('reports account names that Matrix does not allow, or writes them in its way', async () => {
    backend = await startAd(slapd)
    const { listed } = await readListing(backend)
    const rejected = listed.filter(({ person }) => person === null)
    expect(rejected.map(({ rejections }) => rejections)).toEqual([
      [{ field: 'user', value: 'José Núñez', reason: 'is not a Matrix ID' }],
    ])
    await backend.close()

    backend = await startAd(slapd, { unsuitable: 'encode' })
    const mxid = '@jos=c3=a9=20n=c3=ba=c3=b1ez:example.org'
    expect(await found('jose@school.example')).toEqual([mxid])
    expect(
      await backend.authenticate?.(login(mxid.slice(1, -':example.org'.length)), asking()),
    ).toMatchObject({
      success: true,
      mxid,
    })
  })

  it('copes with quotes and commas in the name of an entry, and with very long names', async () => {
    backend = await startAd(slapd)
    expect(await backend.authenticate?.(login('erik'), asking())).toMatchObject({ success: true })
    const profile = await backend.profile?.('@erik:example.org', asking())
    expect(profile).toMatchObject({ displayName: longName, roles: ['Domain Users', 'Everybody'] })
  })

  it('does without a primary group that cannot be computed', async () => {
    expect(sid(513)).toHaveLength(28)
    await slapd.change(`dn: ${adDn('DORA')}\nchangetype: modify\nreplace: objectSid\nobjectSid:: AQU=\n`)
    backend = await startAd(slapd)
    expect((await backend.profile?.('@dora:example.org', asking()))?.roles).toEqual([])
  })
})

describeWith('slapd', slapdUnavailable(), 'a school in a directory like Active Directory', () => {
  let slapd: Slapd
  beforeAll(async () => {
    slapd = await startActiveDirectory(schoolAd)
  })
  afterAll(() => slapd?.stop())

  backendContract('Active Directory', () => startAd(slapd, { attributes: { phones: adPhones } }), {
    can: ['find', 'list', 'search', 'authenticate', 'profile'],
    roles: true,
  })
})

import { afterEach, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { ldifEntry, slapdUnavailable, type Slapd, type SlapdOptions } from '../../support/slapd.ts'
import { asking } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import {
  access,
  frame,
  peopleDn,
  personLdif,
  serviceDn,
  startLdap,
  startSchool,
  suffix,
  type LdapInput,
} from './support/school-directory.ts'

describeWith('slapd', slapdUnavailable(), 'listing a directory', () => {
  let slapd: Slapd | undefined
  let backend: Backend | undefined
  afterEach(async () => {
    await backend?.close()
    await slapd?.stop()
  })

  async function start(
    ldif: string,
    input: Partial<LdapInput> = {},
    options: Partial<SlapdOptions> = {},
  ): Promise<Backend> {
    slapd = await startSchool({ ldif: frame + ldif, ...options })
    backend = await startLdap(slapd, input)
    return backend
  }

  const people = (count: number) =>
    Array.from({ length: count }, (_, i) => personLdif(`user${i}`, { mail: `user${i}@school.example` })).join(
      '',
    )
  const limited = (line: string) => ({
    databaseSettings: [...access, `limits dn.exact="${serviceDn}" ${line}`],
  })
  const users = (listing: Awaited<ReturnType<typeof readListing>>) =>
    listing.listed.map(({ person }) => person?.mxid).toSorted()

  it('brings thousands past the size limit of the server, page by page', async () => {
    const limits = limited('size.soft=500 size.hard=500 size.pr=500 size.prtotal=unlimited')
    const all = await readListing(await start(people(3_000), {}, limits))
    expect(new Set(all.listed.map(({ key }) => key)).size).toBe(3_000)
    expect(all.end).toMatchObject({ incremental: false, cursor: expect.any(String) })
  })

  it('fails rather than leave people out, where pages do not help', async () => {
    await start(people(600), {}, limited('size.soft=500 size.hard=500 size.prtotal=500'))
    await expect(readListing(backend as Backend)).rejects.toMatchObject({
      code: 'query',
      message: expect.stringContaining('people would be missing'),
      fix: expect.stringContaining('size limit'),
    })
  })

  it('does without pages where the server has none', async () => {
    await start(people(1_200), {}, limited('size=unlimited size.prtotal=disabled'))
    const listing = await readListing(backend as Backend)
    expect(listing.listed).toHaveLength(1_200)
  })

  it('passes by referrals, in the first base too', async () => {
    const referral = ldifEntry(`ou=elsewhere,${peopleDn}`, {
      objectClass: ['referral', 'extensibleObject'],
      ou: 'elsewhere',
      ref: 'ldap://other.school.example/ou=people,dc=other,dc=example',
    })
    const branch = ldifEntry(`ou=branch,${suffix}`, { objectClass: 'organizationalUnit', ou: 'branch' })
    const inBranch = personLdif('berta', { mail: 'berta@school.example' }, `uid=berta,ou=branch,${suffix}`)
    const input = { bases: [peopleDn, `ou=branch,${suffix}`] }
    await start(referral + personLdif('anna') + branch + inBranch, input)
    expect(users(await readListing(backend as Backend))).toEqual(['@anna:example.org', '@berta:example.org'])
    const address = [{ medium: 'email' as const, address: 'berta@school.example' }]
    expect(await backend?.findMappings?.(address, asking())).toHaveLength(1)
    expect(await backend?.search?.({ by: 'name', term: 'berta', limit: 5 }, asking())).toMatchObject({
      results: [{ mxid: '@berta:example.org' }],
    })
  })

  it('fails for a base that lies on another server', async () => {
    const referral = ldifEntry(`ou=elsewhere,${suffix}`, {
      objectClass: ['referral', 'extensibleObject'],
      ou: 'elsewhere',
      ref: 'ldap://other.school.example/ou=people,dc=other,dc=example',
    })
    await start(referral, { bases: [`ou=elsewhere,${suffix}`] })
    await expect(readListing(backend as Backend)).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('points to other servers'),
    })
  })

  it('fails with the name of a base that does not exist, also when the others do', async () => {
    await start(personLdif('anna'), { bases: [peopleDn, `ou=pupils,${suffix}`] })
    await expect(readListing(backend as Backend)).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining(`"ou=pupils,${suffix}"`),
    })
  })

  it('names everybody once, where bases overlap', async () => {
    await start(personLdif('anna'), { bases: [suffix, peopleDn] })
    expect(users(await readListing(backend as Backend))).toEqual(['@anna:example.org'])
    const profile = await backend?.profile?.('@anna:example.org', asking())
    expect(profile?.displayName).toBe('anna')
  })

  it('narrows down people by the filters of the operator, to the letter', async () => {
    const department = (name: string) => ({ departmentNumber: name })
    await start(
      personLdif('anna', department('Lehre (Süd)')) +
        personLdif('bob', department('Lehre (Nord)')) +
        personLdif('carol', department('Küche')) +
        personLdif('dora', { ...department('Lehre (Süd)'), description: 'left' }),
      {
        filter: '(|(departmentNumber=Lehre \\28S\\c3\\bcd\\29)(departmentNumber=K*che))',
        filters: { lookup: '(!(description=left))', profile: '(description=left)' },
      },
    )
    expect(users(await readListing(backend as Backend))).toEqual(['@anna:example.org', '@carol:example.org'])
    expect(await backend?.profile?.('@anna:example.org', asking())).toBeNull()
    expect(await backend?.profile?.('@dora:example.org', asking())).toMatchObject({ displayName: 'dora' })
    const search = await backend?.search?.({ by: 'name', term: 'dora', limit: 5 }, asking())
    expect(search?.results).toHaveLength(1)
  })

  it('reads whole Matrix IDs, of any domain', async () => {
    await start(
      personLdif('a', { matrixId: '@Anna:elsewhere.example', mail: 'anna@school.example' }) +
        personLdif('b', { matrixId: 'bob' }),
      { attributes: { user: 'matrixId' }, userType: 'mxid' },
    )
    const { listed } = await readListing(backend as Backend)
    expect(listed.map(({ person }) => person?.mxid ?? null).toSorted()).toEqual([
      '@Anna:elsewhere.example',
      null,
    ])
    expect(await backend?.profile?.('@Anna:elsewhere.example', asking())).toMatchObject({ displayName: 'a' })
  })

  it('takes the user that names the entry among several, and skips entries without one', async () => {
    await start(
      personLdif('zoe', { uid: ['alias', 'zoe', 'other'] }) +
        ldifEntry(`cn=Printer,${peopleDn}`, { objectClass: 'person', cn: 'Printer', sn: 'Printer' }),
    )
    expect(users(await readListing(backend as Backend))).toEqual(['@zoe:example.org'])
    expect(await backend?.profile?.('@alias:example.org', asking())).toBeNull()
  })

  it('reports values that are no text', async () => {
    await start(
      personLdif('anna', { schoolLogin: Buffer.from([0xff, 0xfe]) }) +
        personLdif('bob', { schoolLogin: Buffer.from('bob') }),
      { attributes: { user: 'schoolLogin' } },
    )
    const { listed } = await readListing(backend as Backend)
    expect(listed.map(({ person }) => person?.mxid ?? null).toSorted()).toEqual(['@bob:example.org', null])
    expect(listed.flatMap(({ rejections }) => rejections)).toEqual([
      { field: 'user', value: '(binary)', reason: 'is not a Matrix ID' },
    ])
  })

  it('leaves out accounts that are locked for good, also with 389, and not those that will be free again', async () => {
    await start(
      personLdif('anna', { nsAccountLock: 'true', mail: 'anna@school.example' }) +
        personLdif('bob', { nsAccountLock: 'FALSE' }) +
        personLdif('carol'),
      { preset: '389ds', attributes: { key: 'entryUUID' } },
    )
    expect(users(await readListing(backend as Backend))).toEqual(['@bob:example.org', '@carol:example.org'])
    const address = [{ medium: 'email' as const, address: 'anna@school.example' }]
    expect(await backend?.findMappings?.(address, asking())).toEqual([])
    expect(await backend?.profile?.('@anna:example.org', asking())).toBeNull()
    const search = await backend?.search?.({ by: 'name', term: 'anna', limit: 5 }, asking())
    expect(search?.results).toEqual([])
  })
})

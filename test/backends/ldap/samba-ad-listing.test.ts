import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { sambaUnavailable, startSambaAd, sambaSuffix, type SambaAd } from '../../support/samba.ts'
import { describeWith } from '../../support/skip.ts'
import { ldifEntry } from '../../support/slapd.ts'
import { asking } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import {
  account,
  ACCOUNT_DISABLED,
  changing,
  entryDn,
  frame,
  group,
  NORMAL_ACCOUNT,
  schoolOu,
  startOnSamba,
} from './support/samba-school.ts'

type Listing = Awaited<ReturnType<typeof readListing>>

/** More than Active Directory brings at once (MaxPageSize of its query policy). */
const PUPILS = 1_500
const pupilsOu = `OU=Pupils,${schoolOu}`
const formerOu = `OU=Former,${sambaSuffix}`

/** May have no password, so that the domain need not hash one for each of them. */
const PASSWORD_NOT_REQUIRED = 0x20

const dn = (i: number) => entryDn(`pupil${i}`, pupilsOu)
const pupil = (i: number) =>
  ldifEntry(dn(i), {
    objectClass: 'user',
    sAMAccountName: `pupil${i}`,
    displayName: `Pupil ${i}`,
    mail: `pupil${i}@school.example`,
    userAccountControl: String(NORMAL_ACCOUNT + PASSWORD_NOT_REQUIRED),
  })
const former = (user: string) => account(user, { mail: `${user}@school.example` }, formerOu)
const enabled = (isEnabled: boolean) => [
  'replace: userAccountControl',
  `userAccountControl: ${NORMAL_ACCOUNT + PASSWORD_NOT_REQUIRED + (isEnabled ? 0 : ACCOUNT_DISABLED)}`,
]
const organizationalUnit = (dn: string) => ldifEntry(dn, { objectClass: 'organizationalUnit' })

const usersOf = ({ listed }: Listing) =>
  listed.map(({ person }) => person?.mxid.slice(1, -':example.org'.length)).toSorted()

describeWith('Samba', sambaUnavailable(), 'a large Active Directory domain', () => {
  let samba: SambaAd
  let backend: Backend
  let whole: Listing
  beforeAll(async () => {
    samba = await startSambaAd()
    await samba.change(
      frame +
        [pupilsOu, formerOu].map(organizationalUnit).join('') +
        Array.from({ length: PUPILS }, (_, i) => pupil(i)).join('') +
        former('walter'),
    )
    backend = await startOnSamba(samba)
    whole = await readListing(backend)
  })
  afterAll(async () => {
    await backend?.close()
    await samba?.stop()
  })

  it('is listed as a whole, in pages of any size', async () => {
    for (const pageSize of [7_000, 333, undefined]) {
      const other = await startOnSamba(samba, pageSize === undefined ? {} : { pageSize })
      const listing = await readListing(other)
      await other.close()
      expect(new Set(listing.listed.map(({ key }) => key)).size, String(pageSize)).toBe(PUPILS)
      expect(listing.end).toEqual({ type: 'end', incremental: false, cursor: expect.any(String) })
    }
  })

  it('is listed from its top, past its references to other partitions', async () => {
    const top = await startOnSamba(samba, { bases: [sambaSuffix] })
    const listing = await readListing(top)
    await top.close()
    expect(listing.listed).toHaveLength(PUPILS + ['administrator', 'signpost', 'walter'].length)
  })

  it('is searched with a word that all have in common, and says that there are more', async () => {
    const answer = await backend.search?.({ by: 'name', term: 'pupil', limit: 10 }, asking())
    expect(answer?.limited).toBe(true)
    expect(answer?.results).toHaveLength(10)
    const one = await backend.search?.({ by: 'name', term: 'Pupil 1499', limit: 10 }, asking())
    expect(one?.results.map(({ mxid }) => mxid)).toEqual(['@pupil1499:example.org'])
  })

  it('is asked for hundreds of addresses at once', async () => {
    const asked = Array.from({ length: 400 }, (_, i) => ({
      medium: 'email' as const,
      address: `pupil${i * 5}@school.example`,
    }))
    const found = await backend.findMappings?.(asked, asking())
    expect(found).toHaveLength(PUPILS / 5)
  })

  it('tells what changed since a listing: who is new, changed, renamed, moved, switched or gone', async () => {
    const keyOf = new Map(whole.listed.map(({ key, person }) => [person?.mxid.split(':')[0], key]))
    const next = (before: Listing, known: Iterable<string>) =>
      readListing(backend, { since: before.end?.cursor ?? null, known: new Set(known) })
    const known = new Set(keyOf.values())

    const calm = await next(whole, known)
    expect(calm.end?.incremental).toBe(true)
    expect(calm.listed).toEqual([])
    expect(new Set(calm.present)).toEqual(known)

    await samba.change(
      pupil(PUPILS) +
        changing(dn(1), 'modify', 'replace: mail', 'mail: changed@school.example') +
        changing(dn(2), 'modrdn', 'newrdn: CN=Renamed', 'deleteoldrdn: 1') +
        changing(dn(3), 'modrdn', 'newrdn: CN=pupil3', 'deleteoldrdn: 1', `newsuperior: ${formerOu}`) +
        changing(dn(4), 'delete') +
        changing(dn(5), 'modify', ...enabled(false)) +
        changing(dn(6), 'modify', 'replace: sAMAccountName', 'sAMAccountName: another'),
    )
    const changed = await next(calm, known)
    expect(changed.end?.incremental).toBe(true)
    expect(usersOf(changed)).toEqual(['another', 'pupil1', `pupil${PUPILS}`, 'pupil2'].toSorted())
    const keys = changed.listed.map(({ key }) => key)
    for (const user of ['@pupil1', '@pupil2', '@pupil6']) expect(keys).toContain(keyOf.get(user))
    const gone = ['@pupil3', '@pupil4', '@pupil5'].map((user) => keyOf.get(user))
    const stayed = [...known].filter((key) => !keys.includes(key) && !gone.includes(key))
    expect(new Set(changed.present)).toEqual(new Set(stayed))

    // Nobody changes who is moved along with a whole unit.
    await samba.change(
      changing(dn(5), 'modify', ...enabled(true)) +
        changing(formerOu, 'modrdn', 'newrdn: OU=Former', 'deleteoldrdn: 1', `newsuperior: ${schoolOu}`),
    )
    const back = await next(changed, [...keys, ...stayed])
    expect(back.end?.incremental).toBe(true)
    expect(usersOf(back)).toEqual(['pupil3', 'pupil5', 'walter'])
    expect(back.listed.map(({ key }) => key)).toEqual(
      expect.arrayContaining([keyOf.get('@pupil3'), keyOf.get('@pupil5')]),
    )
    expect(new Set(back.present)).toEqual(new Set([...keys, ...stayed]))
  })

  it('tells who came into a group and who left it, directly or with another group', async () => {
    const matrix = entryDn('matrix')
    const staff = entryDn('staff')
    await samba.change(group('staff', [dn(10), dn(11)]) + group('matrix', [dn(12)]))
    const members = await startOnSamba(samba, {
      filter: `(memberOf:1.2.840.113556.1.4.1941:=${matrix})`,
    })
    const before = await readListing(members)
    expect(usersOf(before)).toEqual(['pupil12'])

    // Their own entries do not change by it.
    await samba.change(
      changing(
        matrix,
        'modify',
        'add: member',
        `member: ${staff}`,
        '-',
        'delete: member',
        `member: ${dn(12)}`,
      ),
    )
    const known = new Set(before.listed.map(({ key }) => key))
    const after = await readListing(members, { since: before.end?.cursor ?? null, known })
    await members.close()
    expect(after.end?.incremental).toBe(true)
    expect(usersOf(after)).toEqual(['pupil10', 'pupil11'])
    expect(after.present).toEqual([])
  })

  it('is listed as a whole on another controller, which counts changes for itself', async () => {
    const controller = await startSambaAd()
    await controller.change(frame + account('hugo'))
    const other = await startOnSamba(controller)
    const since = whole.end?.cursor ?? null
    const listing = await readListing(other, { since, known: new Set(['somebody']) })
    await other.close()
    await controller.stop()
    expect(listing.end?.incremental).toBe(false)
    expect(usersOf(listing)).toEqual(['hugo'])
  })

  it('is listed as a whole again for a mirror that lost its people, and after its bases changed', async () => {
    const since = whole.end?.cursor ?? null
    expect((await readListing(backend, { since, known: new Set() })).end?.incremental).toBe(false)
    const other = await startOnSamba(samba, { bases: [pupilsOu] })
    const known = new Set(whole.listed.map(({ key }) => key))
    const listing = await readListing(other, { since, known })
    await other.close()
    expect(listing.end?.incremental).toBe(false)
  })

  it('is listed on after its controller was restarted', async () => {
    const before = await readListing(backend)
    await samba.stop()
    await samba.start()
    const known = new Set(before.listed.map(({ key }) => key))
    const after = await readListing(backend, { since: before.end?.cursor ?? null, known })
    expect(after.end?.incremental).toBe(true)
    expect(after.listed).toEqual([])
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../../support/slapd.ts'
import { readListing } from '../support/contract.ts'
import {
  adDn,
  adPerson,
  ACCOUNT_DISABLED,
  NORMAL_ACCOUNT,
  startActiveDirectory,
  startAd,
} from './support/active-directory.ts'
import {
  dnOf,
  frame,
  peopleDn,
  personLdif,
  startLdap,
  startSchool,
  suffix,
  type LdapInput,
} from './support/school-directory.ts'

type Listing = Awaited<ReturnType<typeof readListing>>
type Mirror = ReadonlyMap<string, string>

const nameOf = (listing: Listing) =>
  listing.listed.map(({ person }) => person?.mxid.slice(1, -':example.org'.length)).toSorted()

/** What a mirror holds after a listing: keys, with the person of each. */
function mirrored({ listed, present, end }: Listing, before: Mirror = new Map()): Mirror {
  const kept =
    end?.incremental === true ? present.map((key) => [key, before.get(key) ?? '(unknown)'] as const) : []
  const named = listed.map(({ key, person }) => [key, person?.mxid.split(':')[0] ?? '(nobody)'] as const)
  return new Map([...kept, ...named])
}

const peopleOf = (mirror: Mirror) => [...mirror.values()].toSorted()
const next = (backend: Backend, before: Listing, mirror: Mirror) =>
  readListing(backend, { since: before.end?.cursor ?? null, known: new Set(mirror.keys()) })

describeWith('slapd', slapdUnavailable(), 'listing what changed', () => {
  describe('by the time of the change', () => {
    let slapd: Slapd
    let backend: Backend
    const start = async (input: Partial<LdapInput> = {}) => {
      backend = await startLdap(slapd, { preset: '389ds', attributes: { key: 'entryUUID' }, ...input })
      return backend
    }
    // Long before zora, whose change is always the latest and so is read again each time.
    const old = (localpart: string, number: number, more = {}) =>
      personLdif(localpart, {
        entryUUID: `00000000-0000-4000-8000-00000000000${number}`,
        modifyTimestamp: '20200101000000Z',
        createTimestamp: '20200101000000Z',
        ...more,
      })

    afterEach(async () => {
      await backend?.close()
      await slapd?.stop()
    })

    it('names who is new, changed, moved in, switched on; keeps the others; forgets who is gone', async () => {
      const outside = `ou=alumni,${suffix}`
      slapd = await startSchool({
        ldif:
          frame +
          `dn: ${outside}\nobjectClass: organizationalUnit\nou: alumni\n\n` +
          ['anna', 'bob', 'carol', 'dora', 'emil'].map((name, i) => old(name, i)).join('') +
          personLdif('zora') +
          old('frida', 6, { nsAccountLock: 'true' }) +
          personLdif(
            'gina',
            { entryUUID: '00000000-0000-4000-8000-000000000007', modifyTimestamp: '20200101000000Z' },
            `uid=gina,${outside}`,
          ),
      })
      await start()
      const full = await readListing(backend)
      expect(full.end?.incremental).toBe(false)
      const first = mirrored(full)
      expect(peopleOf(first)).toEqual(['@anna', '@bob', '@carol', '@dora', '@emil', '@zora'])

      const idle = await next(backend, full, first)
      expect(idle.end?.incremental).toBe(true)
      expect(nameOf(idle)).toEqual(['zora'])
      expect(mirrored(idle, first)).toEqual(new Map([...first].toSorted()))

      await slapd.change(personLdif('hugo'))
      await slapd.change(`dn: ${dnOf('bob')}\nchangetype: modify\nreplace: mail\nmail: bob@school.example\n`)
      await slapd.change(`dn: ${dnOf('carol')}\nchangetype: delete\n`)
      await slapd.change(
        `dn: ${dnOf('dora')}\nchangetype: modify\nreplace: nsAccountLock\nnsAccountLock: true\n`,
      )
      await slapd.change(
        `dn: ${dnOf('frida')}\nchangetype: modify\nreplace: nsAccountLock\nnsAccountLock: false\n`,
      )
      await slapd.change(
        `dn: uid=gina,${outside}\nchangetype: moddn\nnewrdn: uid=gina\ndeleteoldrdn: 0\nnewsuperior: ${peopleDn}\n`,
      )
      await slapd.change(
        `dn: ${dnOf('emil')}\nchangetype: moddn\nnewrdn: uid=emil\ndeleteoldrdn: 0\nnewsuperior: ${outside}\n`,
      )
      const changed = await next(backend, idle, first)
      expect(nameOf(changed)).toEqual(['bob', 'frida', 'gina', 'hugo', 'zora'])
      const second = mirrored(changed, first)
      expect(peopleOf(second)).toEqual(['@anna', '@bob', '@frida', '@gina', '@hugo', '@zora'])
      expect(second.get('00000000-0000-4000-8000-000000000001')).toBe('@bob')
    })

    it('fetches newcomers that no change shows', async () => {
      slapd = await startSchool({
        ldif: frame + personLdif('zora') + ['anna', 'bob', 'carol'].map((name, i) => old(name, i)).join(''),
      })
      await start()
      const full = await readListing(backend)
      const known = mirrored(full)
      const without = new Map([...known].filter(([, name]) => name !== '@bob'))
      const listing = await next(backend, full, without)
      expect(listing.end?.incremental).toBe(true)
      expect(nameOf(listing)).toEqual(['bob', 'zora'])
    })

    it('names people by their DN where the directory gives them no other key', async () => {
      slapd = await startSchool({ ldif: frame + personLdif('zora') + old('anna', 1) + old('bob', 2) })
      await start({ attributes: { key: 'nsUniqueId' } })
      const full = await readListing(backend)
      expect(full.listed.map(({ key }) => key).toSorted()).toEqual([dnOf('anna'), dnOf('bob'), dnOf('zora')])
      const listing = await next(
        backend,
        full,
        new Map([
          [dnOf('anna'), '@anna'],
          [dnOf('zora'), '@zora'],
        ]),
      )
      expect(listing.end?.incremental).toBe(true)
      expect(nameOf(listing)).toEqual(['bob', 'zora'])
      expect(listing.present).toEqual([dnOf('anna')])
    })

    it('reads everything again when a setting changed, and with a cursor that is not ours', async () => {
      slapd = await startSchool({ ldif: frame + old('anna', 1) })
      await start()
      const full = await readListing(backend)
      await backend.close()
      await start({ attributes: { key: 'entryUUID', phones: [] } })
      for (const since of [full.end?.cursor ?? null, 'nonsense', '{}', '{"position":"*)(uid=*"}']) {
        const listing = await readListing(backend, { since, known: new Set(mirrored(full).keys()) })
        expect(listing.end?.incremental, String(since)).toBe(false)
        expect(nameOf(listing)).toEqual(['anna'])
      }
    })

    it('reads everything again when there are too many newcomers to ask for', async () => {
      const many = Array.from({ length: 1_100 }, (_, i) => personLdif(`user${i}`)).join('')
      slapd = await startSchool({ ldif: frame + many, settings: ['sizelimit unlimited'] })
      await start()
      const full = await readListing(backend)
      const listing = await next(backend, full, new Map())
      expect(listing.end?.incremental).toBe(false)
      expect(listing.listed).toHaveLength(1_100)
    })
  })

  describe('by the numbers of Active Directory', () => {
    let slapd: Awaited<ReturnType<typeof startActiveDirectory>>
    let backend: Backend
    const dc1 = `cn=DC1,${suffix}`
    const modify = (account: string, usn: number, line: string) =>
      slapd.change(
        `dn: ${adDn(account)}\nchangetype: modify\n${line}\n-\nreplace: uSNChanged\nuSNChanged: ${usn}\n`,
      )

    beforeAll(async () => {
      slapd = await startActiveDirectory(
        frame + ['anna', 'bob', 'carol', 'dora'].map((name, i) => adPerson(i + 1, name)).join(''),
      )
      backend = await startAd(slapd)
    })
    afterAll(async () => {
      await backend?.close()
      await slapd?.stop()
    })

    it('goes on where it ended, and starts anew with another domain controller', async () => {
      const full = await readListing(backend)
      const first = mirrored(full)
      expect(peopleOf(first)).toEqual(['@anna', '@bob', '@carol', '@dora'])

      await modify('bob', 1001, 'replace: mail\nmail: bob@school.example')
      await modify(
        'carol',
        1002,
        `replace: userAccountControl\nuserAccountControl: ${NORMAL_ACCOUNT + ACCOUNT_DISABLED}`,
      )
      await slapd.change(adPerson(9, 'ida', { uSNChanged: '1003' }))
      await slapd.setRootDse({ dsServiceName: dc1, highestCommittedUSN: 1003 })
      const changed = await next(backend, full, first)
      expect(changed.end?.incremental).toBe(true)
      expect(nameOf(changed)).toEqual(['bob', 'ida'])
      const second = mirrored(changed, first)
      expect(peopleOf(second)).toEqual(['@anna', '@bob', '@dora', '@ida'])

      await modify('carol', 1004, `replace: userAccountControl\nuserAccountControl: ${NORMAL_ACCOUNT}`)
      const enabled = await next(backend, changed, second)
      expect(enabled.end?.incremental).toBe(true)
      expect(nameOf(enabled)).toEqual(['carol'])

      await slapd.setRootDse({ dsServiceName: `cn=DC2,${suffix}`, highestCommittedUSN: 77 })
      const elsewhere = await next(backend, enabled, second)
      expect(elsewhere.end?.incremental).toBe(false)
      expect(nameOf(elsewhere)).toEqual(['anna', 'bob', 'carol', 'dora', 'ida'])
    })
  })
})

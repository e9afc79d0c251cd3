import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { canonicalAddress } from '../../../src/matrix/threepid.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../../support/slapd.ts'
import { asking } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { frame, personLdif, startLdap, startSchool } from './support/school-directory.ts'

/** How directories write them, and who it is. */
const emails: readonly (readonly [user: string, written: string])[] = [
  ['mixed', 'MiXed.Case@SCHOOL.example'],
  ['sharp', 'STRAßE@school.example'],
  ['double', 'Weiß.Groß.Maß@school.example'],
  ['mess', 'Messmessmess.strauß@school.example'],
  ['ligature', 'ﬁn@school.example'],
  ['sigma', 'Παῦλος@school.example'],
  ['composed', 'andré@school.example'],
  ['idn', 'anna@bücher.example'],
  ['alabel', 'bob@xn--strae-oqa.example'],
  ['spaces', '  dora@school.example  '],
  ['plus', "emil+matrix$\\%'*@school.example"],
  ['brackets', 'frida(x)@school.example'],
  ['shared1', 'office@school.example'],
  ['shared2', 'Office@school.example'],
]

const phones: readonly (readonly [user: string, written: string, canonical: string])[] = [
  ['p1', '+49 (0)170 2222201', '491702222201'],
  ['p2', '0049 170 2222202', '491702222202'],
  ['p3', '0170/2222203', '491702222203'],
  ['p4', '0170.22.22.204', '491702222204'],
  ['p5', '+49-170-2222205', '491702222205'],
  ['p6', '  +49 170 2222206  ', '491702222206'],
  ['p7', 'tel:+49-170-2222207', '491702222207'],
  ['italy', '+39 06 698 1234', '39066981234'],
  ['island', '+44 1534 440000', '441534440000'],
  ['desk1', '+49 30 901820-11', '493090182011'],
  ['desk2', '030 90182011', '493090182011'],
]

const nonsense = [
  '',
  ' ',
  '@',
  'no address',
  'a@b@c.example',
  '"quoted"@school.example',
  `${'a'.repeat(400)}@school.example`,
]

describeWith('slapd', slapdUnavailable(), 'addresses as a directory writes them', () => {
  let slapd: Slapd
  let backend: Backend
  const find = async (medium: 'email' | 'msisdn', address: string) => {
    const found = await backend.findMappings?.([{ medium, address }], asking())
    return found?.map(({ mxid }) => mxid.slice(1, -':example.org'.length)).toSorted()
  }

  beforeAll(async () => {
    slapd = await startSchool({
      ldif:
        frame +
        emails.map(([user, written]) => personLdif(user, { schoolMail: written })).join('') +
        phones
          .map(([user, written]) =>
            personLdif(user, { schoolLogin: [], schoolMail: [], description: written }),
          )
          .join('') +
        personLdif('broken', {
          schoolMail: nonsense.filter((text) => text.trim() !== ''),
          description: ['12', '+49', '112', 'call me', '030 901820 ext. 5', '0170 1234567 / 0170 7654321'],
        }) +
        personLdif('nothing'),
    })
    backend = await startLdap(slapd, { attributes: { emails: ['schoolMail'], phones: ['description'] } })
  })
  afterAll(async () => {
    await backend?.close()
    await slapd?.stop()
  })
  it.each(emails.filter(([user]) => !user.startsWith('shared')))(
    'finds %s by the canonical form of %s',
    async (user, written) => {
      const canonical = canonicalAddress('email', written.trim())
      expect(canonical).not.toBeNull()
      expect(await find('email', canonical ?? '')).toEqual([user])
    },
  )

  it.each(phones.filter(([user]) => !user.startsWith('desk')))(
    'finds %s, written as %s',
    async (user, _written, canonical) => {
      expect(await find('msisdn', canonical)).toEqual([user])
    },
  )

  it('finds all in one question', async () => {
    const asked = [
      ...emails.map(([, written]) => ({
        medium: 'email' as const,
        address: canonicalAddress('email', written.trim()) ?? '',
      })),
      ...phones.map(([, , address]) => ({ medium: 'msisdn' as const, address })),
    ]
    const found = await backend.findMappings?.(asked, asking())
    expect(new Set(found?.map(({ mxid }) => mxid)).size).toBe(emails.length + phones.length)
  })

  it('names both who share an address', async () => {
    expect(await find('email', 'office@school.example')).toEqual(['shared1', 'shared2'])
    expect(await find('msisdn', '493090182011')).toEqual(['desk1', 'desk2'])
  })

  it('tells addresses apart that a directory takes for one', async () => {
    // The name is written with one character for é; here it is an e with an accent of its own.
    expect(await find('email', 'andre\u0301@school.example')).toEqual([])
    expect(await find('msisdn', '431702222203')).toEqual([])
    expect(await find('msisdn', '2222203')).toEqual([])
    expect(await find('email', 'strase@school.example')).toEqual([])
  })

  it('finds nobody by what is no address, even where it stands in the directory', async () => {
    for (const address of nonsense) expect(await find('email', address), address).toEqual([])
    for (const address of ['12', '49', '112', '0170'])
      expect(await find('msisdn', address), address).toEqual([])
  })

  it('reports every value that is no address, and reads the rest of the person', async () => {
    const { listed } = await readListing(backend)
    const of = (user: string) => listed.find(({ person }) => person?.mxid === `@${user}:example.org`)
    const broken = of('broken')
    expect(broken?.person?.addresses.filter(({ medium }) => medium === 'email')).toEqual([])
    expect(broken?.rejections.map(({ value }) => value)).toEqual(
      expect.arrayContaining(['no address', 'a@b@c.example', '12', 'call me', '030 901820 ext. 5']),
    )
    expect(of('nothing')).toMatchObject({ person: { addresses: [] }, rejections: [] })
  })

  it('says so when more entries than allowed look like holders of one number', async () => {
    const many = Array.from({ length: 12 }, (_, i) =>
      personLdif(`m${i}`, { description: `1${i}2 333 4445 55` }),
    ).join('')
    const crowded = await startSchool({ ldif: frame + many })
    const strict = await startLdap(crowded, { attributes: { phones: ['description'] }, sizeLimit: 10 })
    try {
      const asked = ['492333444555', '431702222203'].map((address) => ({
        medium: 'msisdn' as const,
        address,
      }))
      await expect(strict.findMappings?.(asked, asking())).rejects.toMatchObject({
        code: 'query',
        fix: expect.stringContaining('sizeLimit'),
      })
      expect(await strict.findMappings?.(asked.slice(1), asking())).toEqual([])
    } finally {
      await strict.close()
      await crowded.stop()
    }
  })
})

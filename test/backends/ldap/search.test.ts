import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Backend, SearchQuery } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../../support/slapd.ts'
import { asking } from '../support/context.ts'
import { frame, personLdif, startLdap, startSchool } from './support/school-directory.ts'

describeWith('slapd', slapdUnavailable(), 'searching people in a directory', () => {
  let slapd: Slapd
  let backend: Backend
  beforeAll(async () => {
    slapd = await startSchool({
      ldif:
        frame +
        personLdif('ameier', {
          cn: 'Anna-Lena Meier',
          departmentNumber: 'Maths*',
          mail: 'Anna.Meier@school.example',
          telephoneNumber: '030 / 90 18-20',
        }) +
        personLdif('bmeier', { cn: 'Bernd Meier', mail: 'smtp@school.example', mobile: '+49 170 1234567' }) +
        personLdif('café', { cn: 'Not to be named' }) +
        Array.from({ length: 30 }, (_, i) => personLdif(`pupil${i}`, { cn: `Pupil ${i}` })).join(''),
      settings: ['sizelimit 25'],
    })
    backend = await startLdap(slapd, { attributes: { search: ['departmentNumber'] } })
  })
  afterAll(async () => {
    await backend?.close()
    await slapd?.stop()
  })

  async function names(term: string, by: SearchQuery['by'] = 'name', limit = 10): Promise<readonly string[]> {
    const answer = await backend.search?.({ by, term, limit }, asking())
    return answer?.results.map(({ mxid }) => mxid.slice(1, -':example.org'.length)) ?? []
  }

  it('finds every word somewhere, in any order', async () => {
    expect(await names('meier anna')).toEqual(['ameier'])
    expect(await names('  MEIER  ')).toEqual(['ameier', 'bmeier'])
    expect(await names('bmei')).toEqual(['bmeier'])
    expect(await names('meier carol')).toEqual([])
    expect(await names('   ')).toEqual([])
  })

  it('looks into the attributes of the operator, and takes a star for a star', async () => {
    expect(await names('maths')).toEqual(['ameier'])
    expect(await names('s*')).toEqual(['ameier'])
    expect(await names('M*s')).toEqual([])
  })

  it('finds parts of addresses, and digits however they are written', async () => {
    expect(await names('anna.meier@', 'address')).toEqual(['ameier'])
    expect(await names('030 901820', 'address')).toEqual(['ameier'])
    expect(await names('+49170', 'address')).toEqual(['bmeier'])
    expect(await names('99999', 'address')).toEqual([])
    expect(await names('12', 'address')).toEqual([])
  })

  it('leaves out people whom it could not name', async () => {
    expect(await names('named')).toEqual([])
  })

  it('names the same ones each time, and says when there are more, also beyond the limit of the server', async () => {
    const answer = await backend.search?.({ by: 'name', term: 'pupil 1', limit: 5 }, asking())
    expect(answer).toMatchObject({ limited: true })
    expect(answer?.results.map(({ displayName }) => displayName)).toEqual([
      'Pupil 10',
      'Pupil 11',
      'Pupil 12',
      'Pupil 13',
      'Pupil 14',
    ])
    const cut = await backend.search?.({ by: 'name', term: 'pupil', limit: 100 }, asking())
    expect(cut).toMatchObject({ limited: true })
    expect(cut?.results).toHaveLength(25)
    expect(await backend.search?.({ by: 'name', term: 'pupil 29', limit: 1 }, asking())).toMatchObject({
      limited: false,
    })
  })
})

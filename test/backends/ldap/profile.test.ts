import { afterEach, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { ldifEntry, slapdUnavailable, type Slapd } from '../../support/slapd.ts'
import { asking } from '../support/context.ts'
import {
  dnOf,
  frame,
  personLdif,
  startLdap,
  startSchool,
  suffix,
  type LdapInput,
} from './support/school-directory.ts'

const groupDn = (cn: string) => `cn=${cn},ou=groups,${suffix}`
const group = (objectClass: string, cn: string, more: Parameters<typeof ldifEntry>[1]) =>
  ldifEntry(groupDn(cn), { objectClass, cn, ...more })

describeWith('slapd', slapdUnavailable(), 'profiles of a directory', () => {
  let slapd: Slapd | undefined
  let backend: Backend | undefined
  afterEach(async () => {
    await backend?.close()
    await slapd?.stop()
  })

  async function profileOf(user: string, ldif: string, input: Partial<LdapInput> = {}) {
    slapd = await startSchool({ ldif: frame + ldif })
    backend = await startLdap(slapd, input)
    return await backend.profile?.(`@${user}:example.org`, asking())
  }

  it('know groups of every kind, one within the other', async () => {
    const profile = await profileOf(
      'anna',
      personLdif('anna') +
        personLdif('bob') +
        group('posixGroup', 'unix', { gidNumber: '100', memberUid: ['anna', 'root'] }) +
        group('groupOfUniqueNames', 'unique', { uniqueMember: dnOf('anna') }) +
        group('groupOfNames', 'plain', { member: groupDn('unique') }) +
        group('groupOfNames', 'Quote "x", Comma'.replaceAll(/[",]/g, ''), { member: groupDn('plain') }) +
        group('groupOfNames', 'others', { member: dnOf('bob') }),
    )
    expect(profile?.roles).toEqual(['Quote x Comma', 'plain', 'unique', 'unix'])
  })

  it('follow groups in circles once', async () => {
    const circle = Array.from({ length: 5 }, (_, i) =>
      group('groupOfNames', `g${i}`, {
        member: [groupDn(`g${(i + 1) % 5}`), ...(i === 0 ? [dnOf('anna')] : [])],
      }),
    )
    const profile = await profileOf('anna', personLdif('anna') + circle.join(''))
    expect(profile?.roles).toEqual(['g0', 'g1', 'g2', 'g3', 'g4'])
  })

  it('look for groups where the operator says', async () => {
    const ldif =
      personLdif('anna') +
      group('groupOfNames', 'outer', { member: dnOf('anna') }) +
      ldifEntry(`ou=special,${suffix}`, { objectClass: 'organizationalUnit', ou: 'special' }) +
      ldifEntry(`cn=inner,ou=special,${suffix}`, {
        objectClass: 'groupOfNames',
        cn: 'inner',
        member: dnOf('anna'),
      })
    const profile = await profileOf('anna', ldif, { groups: { bases: [`ou=special,${suffix}`] } })
    expect(profile?.roles).toEqual(['inner'])
  })

  it.each([
    ['image/jpeg', 'ffd8ffe000104a46494600010100'],
    ['image/png', '89504e470d0a1a0a0000000d49484452'],
    ['image/gif', '474946383961010001000000'],
    ['image/webp', '524946462400000057454250'],
  ])('have a portrait of type %s', async (contentType, hex) => {
    const profile = await profileOf('anna', personLdif('anna', { jpegPhoto: Buffer.from(hex, 'hex') }))
    expect(profile?.photo).toEqual({ contentType, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) })
  })

  it('have no portrait that is no picture', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')
    const profile = await profileOf('anna', personLdif('anna', { jpegPhoto: svg }))
    expect(profile).toMatchObject({ displayName: 'anna', photo: null })
  })
})

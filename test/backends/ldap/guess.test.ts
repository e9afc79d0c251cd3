import { afterEach, expect, it } from 'vitest'
import { createBackendContext } from '../../../src/backends/context.ts'
import { guessLdap, type LdapGuess } from '../../../src/backends/ldap/guess.ts'
import { backendSections } from '../../../src/backends/sections.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../../support/slapd.ts'
import { testWorld } from '../support/context.ts'
import { startActiveDirectory } from './support/active-directory.ts'
import {
  frame,
  ldapInput,
  peopleDn,
  personLdif,
  startSchool,
  suffix,
  type LdapInput,
} from './support/school-directory.ts'

describeWith('slapd', slapdUnavailable(), 'guessing the settings of a directory', () => {
  let slapd: Slapd | undefined
  afterEach(() => slapd?.stop())

  function guess(changes: Partial<LdapInput> = {}, bases?: readonly string[]): Promise<LdapGuess> {
    const config = backendSections.parse(ldapInput(slapd as Slapd, changes))
    if (config.type !== 'ldap') throw new Error('not a directory')
    const settings = { ...config, bases }
    const context = createBackendContext(config, testWorld())
    const { bases: _all, ...connection } = settings
    return guessLdap(
      bases === undefined ? connection : { ...connection, bases },
      context,
      AbortSignal.timeout(10_000),
    )
  }

  it('recognises an OpenLDAP and where its people have their addresses', async () => {
    slapd = await startSchool()
    const { preset, bases, attributes, reasons, sample } = await guess()
    expect({ preset, bases }).toEqual({ preset: 'openldap', bases: [suffix] })
    expect(attributes).toEqual({
      user: 'uid',
      name: 'cn',
      emails: ['mail', 'schoolmail'],
      phones: ['telephoneNumber'],
    })
    expect(reasons).toContain('Phone numbers stand in telephoneNumber (3 of 4).')
    expect(sample.map(({ mxid }) => mxid)).toContain('@anna:example.org')
  })

  it('recognises Active Directory, and does not take login names for addresses', async () => {
    slapd = await startActiveDirectory()
    const { preset, bases, attributes, reasons } = await guess()
    expect({ preset, bases }).toEqual({ preset: 'activeDirectory', bases: [suffix] })
    expect(attributes).toMatchObject({
      user: 'sAMAccountName',
      name: 'displayName',
      emails: ['proxyAddresses'],
      phones: [],
    })
    expect(reasons.join(' ')).toContain(
      'Phone numbers stand in telephonenumber (3 of 4), where users may write their own',
    )
  })

  it('keeps the bases that are known, and says when nobody is there', async () => {
    slapd = await startSchool()
    const { bases, reasons, sample } = await guess({}, [`ou=groups,${suffix}`])
    expect(bases).toEqual([`ou=groups,${suffix}`])
    expect(reasons).toContain('No people were found to look at.')
    expect(sample).toEqual([])
  })

  it('leaves fax numbers and numbers of staff alone', async () => {
    const anna = personLdif('anna', {
      facsimileTelephoneNumber: '+49 30 1',
      employeeNumber: '4930901820',
      mobile: '+49 170 1234567',
    })
    slapd = await startSchool({ ldif: frame + anna })
    const { attributes } = await guess({}, [peopleDn])
    expect(attributes).toMatchObject({ phones: ['mobile'], emails: [] })
  })

  it('fails like any question where the directory cannot be entered', async () => {
    slapd = await startSchool()
    await expect(guess({ bindPassword: 'wrong' })).rejects.toMatchObject({ code: 'credentials' })
  })
})

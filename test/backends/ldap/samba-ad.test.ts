import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { createBackendContext } from '../../../src/backends/context.ts'
import { guessLdap } from '../../../src/backends/ldap/guess.ts'
import { backendSections } from '../../../src/backends/sections.ts'
import { sambaSuffix, sambaUnavailable, startSambaAd, type SambaAd } from '../../support/samba.ts'
import { ldapModify } from '../../support/ldap-modify.ts'
import { describeWith } from '../../support/skip.ts'
import { ldifEntry } from '../../support/slapd.ts'
import { asking, testWorld } from '../support/context.ts'
import { backendContract, readListing, type ContractOptions } from '../support/contract.ts'
import { school } from '../support/school.ts'
import { readDocument } from '../support/documentation.ts'
import { outcomesOf, stepsOf } from '../support/steps.ts'
import {
  account,
  ACCOUNT_DISABLED,
  changing,
  entryDn,
  everybodysRoles,
  frame,
  NORMAL_ACCOUNT,
  sambaInput,
  schoolLdif,
  schoolOu,
  startOnSamba,
} from './support/samba-school.ts'
import type { LdapInput } from './support/school-directory.ts'

const options: ContractOptions = {
  can: ['find', 'list', 'search', 'authenticate', 'profile'],
  people: school.map((person) => ({ ...person, roles: [...person.roles, ...everybodysRoles] })),
  roles: true,
}

const troubled =
  account('retired', { userAccountControl: String(NORMAL_ACCOUNT + ACCOUNT_DISABLED) }) +
  account('beginner', { pwdLastSet: '0' })

const annaMail = [{ medium: 'email' as const, address: 'anna@school.example' }]
const annaFound = [{ ...annaMail[0], mxid: '@anna:example.org' }]

describeWith('Samba', sambaUnavailable(), 'a domain controller of Samba', () => {
  let samba: SambaAd
  const backends: Backend[] = []
  beforeAll(async () => {
    samba = await startSambaAd()
    await samba.change(frame + schoolLdif + troubled)
  })
  afterEach(async () => {
    await Promise.all(backends.splice(0).map((backend) => backend.close()))
  })
  afterAll(() => samba?.stop())

  async function start(changes: Partial<LdapInput> = {}): Promise<Backend> {
    const backend = await startOnSamba(samba, changes)
    backends.push(backend)
    return backend
  }
  const lastStep = async (changes: Partial<LdapInput>) => (await stepsOf(await start(changes))).at(-1)

  const attributes = { phones: ['telephoneNumber'] }
  backendContract('as Active Directory, over ldaps://', () => startOnSamba(samba, { attributes }), options)

  // The whole domain refers to its partitions for DNS and configuration, which are no place of people.
  backendContract(
    'as Samba, over STARTTLS, in the whole domain',
    () =>
      startOnSamba(samba, {
        preset: 'samba',
        attributes,
        servers: [samba.ldapUrl],
        startTls: true,
        bases: [sambaSuffix],
        bindDn: 'signpost@example.org',
      }),
    options,
  )

  it('lets Signpost in under every kind of name', async () => {
    for (const bindDn of ['signpost@example.org', 'SCHOOL\\signpost', 'Signpost@EXAMPLE.ORG']) {
      const backend = await start({ bindDn })
      expect(await backend.findMappings?.(annaMail, asking()), bindDn).toEqual(annaFound)
    }
  })

  it('wants encrypted logins, which is named with what to do', async () => {
    const plain = { servers: [samba.ldapUrl], caFile: null }
    const failure = {
      code: 'tls',
      message: expect.stringContaining('wants signed or encrypted connections'),
      fix: 'Use ldaps:// in "servers", or switch "startTls" on.',
    }
    const backend = await start(plain)
    await expect(backend.findMappings?.(annaMail, asking())).rejects.toMatchObject(failure)
    await expect(readListing(backend)).rejects.toMatchObject(failure)
    expect(await lastStep(plain)).toMatchObject({
      step: 'login',
      outcome: 'failed',
      detail: failure.message,
      fix: failure.fix,
    })
  })

  it('passes the check of the whole domain, its accounts of service included', async () => {
    const steps = await stepsOf(await start({ bases: [sambaSuffix] }))
    expect(outcomesOf(steps)).toEqual([
      'settings ok',
      'resolve ok',
      'connect ok',
      'tls ok',
      'login ok',
      'bases ok',
      'count ok',
      'sample ok',
    ])
    // Of those who come with a domain, Guest and krbtgt are disabled.
    const reached = steps
      .at(-1)
      ?.sample?.map(({ mxid }) => mxid)
      .toSorted()
    expect(reached).toEqual(
      ['administrator', 'anna', 'beginner', 'bob', 'carol', 'signpost', 'zoe'].map(
        (user) => `@${user}:example.org`,
      ),
    )
  })

  it('tells every trouble from the others, with what to do', async () => {
    const credentials = (user: string) => ({ bindDn: entryDn(user), bindPassword: 'pw' })
    const cases: readonly (readonly [Partial<LdapInput>, step: string, detail: string, fix: string])[] = [
      [{ bindPassword: 'wrong' }, 'login', 'refused the account or its password', '"bindPassword"'],
      [{ bindDn: entryDn('nobody') }, 'login', 'refused the account or its password', '"bindDn"'],
      [{ bindDn: 'nobody@example.org' }, 'login', 'refused the account or its password', '"bindDn"'],
      [credentials('retired'), 'login', 'it is disabled', 'Put the account in order'],
      [credentials('beginner'), 'login', 'its password has to be changed', 'Put the account in order'],
      [{ bindDn: null, bindPassword: null }, 'bases', 'refused to search', '"bindDn"'],
      [{ bases: [`OU=Gone,${sambaSuffix}`] }, 'bases', 'does not exist', '"bases"'],
      [{ bases: ['school'] }, 'bases', 'is not the name of an entry', '"bases"'],
      [{ filter: '(department=Nobody)' }, 'count', 'none that the filters let in', '"filter"'],
      [{ caFile: null }, 'tls', 'authority that is not known', '"caFile"'],
    ]
    for (const [changes, step, detail, fix] of cases) {
      expect(await lastStep(changes), JSON.stringify(changes)).toMatchObject({
        step,
        outcome: 'failed',
        detail: expect.stringContaining(detail),
        fix: expect.stringContaining(fix),
      })
    }
  })

  it('may hide a part of the directory, which is named when it is all, and costs nothing else', async () => {
    const hiddenOu = `OU=Hidden,${sambaSuffix}`
    const hidden = entryDn('hidden', hiddenOu)
    await samba.change(
      ldifEntry(hiddenOu, { objectClass: 'organizationalUnit' }) +
        account('hidden', { mail: 'hidden@school.example' }, hiddenOu),
    )
    expect(await lastStep({ bases: [hiddenOu] })).toMatchObject({ step: 'sample', outcome: 'ok' })

    const shown = await samba.tool('user', 'show', 'signpost', '--attributes=objectSid')
    const sid = /^objectSid: (\S+)$/m.exec(shown)?.[1]
    // Denies reading, below as well (the string form of access control entries: MS-DTYP 2.5.1.1).
    await samba.tool('dsacl', 'set', `--objectdn=${hiddenOu}`, `--sddl=(D;CI;GR;;;${sid})`)
    expect(await lastStep({ bases: [hiddenOu] })).toMatchObject({
      step: 'count',
      outcome: 'failed',
      detail: 'The account may log in, but sees no entry below the bases.',
      fix: expect.stringContaining('"bindDn"'),
    })

    const backend = await start({ bases: [sambaSuffix] })
    expect((await readListing(backend)).listed.map(({ person }) => person?.mxid)).not.toContain(
      '@hidden:example.org',
    )
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(annaFound)
    expect((await backend.profile?.('@anna:example.org', asking()))?.roles).toEqual(
      ['teachers', 'staff', ...everybodysRoles].toSorted(),
    )
    await samba.change(changing(hidden, 'delete') + changing(hiddenOu, 'delete'))
  })

  it('is asked through its global catalog, which knows the whole forest', async () => {
    const backend = await start({ servers: [`${samba.ldapsUrl}:3269`], bases: [sambaSuffix] })
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(annaFound)
    expect((await backend.profile?.('@anna:example.org', asking()))?.roles).toContain('teachers')
  })

  it('lets users claim any number, until the right is taken away as the page says; no number counts before', async () => {
    const bob = entryDn('bob')
    await samba.change(account('bob2', { cn: 'bob' }))
    const claim = async (attribute: string, value: string) =>
      ldapModify(changing(bob, 'modify', `replace: ${attribute}`, `${attribute}: ${value}`), {
        ...{ url: samba.ldapsUrl, bindDn: bob, password: 'pw', caFile: samba.caFile },
      })
    const number = [{ medium: 'msisdn' as const, address: '4915112345678' }]
    const claimed = [{ ...number[0], mxid: '@bob2:example.org' }]
    await claim('mobile', '+49 151 12345678')
    await expect(claim('mail', 'director@school.example')).rejects.toThrow('Insufficient access')

    expect(await (await start()).findMappings?.(number, asking())).toEqual([])
    const named = await start({ attributes: { phones: ['mobile'] } })
    expect(await named.findMappings?.(number, asking())).toEqual(claimed)

    const page = await readDocument('ldap-backend.md')
    const sddl = /samba-tool dsacl set .*--sddl='(.+)'/.exec(page)?.[1]
    await samba.tool('dsacl', 'set', `--objectdn=${bob}`, `--sddl=${sddl}`)
    for (const attribute of ['telephoneNumber', 'mobile', 'homePhone', 'otherMobile'])
      await expect(claim(attribute, '+49 151 87654321')).rejects.toThrow('Insufficient access')
    await samba.change(changing(bob, 'delete'))
  })

  it('is recognised, with where its people have their addresses', async () => {
    const config = backendSections.parse(sambaInput(samba))
    if (config.type !== 'ldap') throw new Error('not a directory')
    const { bases: _known, ...connection } = config
    const signal = AbortSignal.timeout(10_000)
    const guess = await guessLdap(connection, createBackendContext(config, testWorld()), signal)
    expect(guess).toMatchObject({
      preset: 'samba',
      bases: [sambaSuffix],
      attributes: {
        user: 'sAMAccountName',
        name: 'displayName',
        emails: ['mail', 'proxyAddresses'],
        phones: [],
      },
    })
    expect(guess.reasons.join(' ')).toContain('Phone numbers stand in telephonenumber')
    expect(guess.sample.map(({ mxid }) => mxid)).toContain('@anna:example.org')
  })

  it('is asked again after it was restarted', async () => {
    const backend = await start()
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(annaFound)
    await samba.stop()
    await expect(backend.findMappings?.(annaMail, asking())).rejects.toMatchObject({ code: 'connect' })
    await samba.start()
    expect(await backend.findMappings?.(annaMail, asking())).toEqual(annaFound)
    expect(await lastStep({ bases: [schoolOu] })).toMatchObject({ step: 'sample' })
  })
})

import { expect, it, onTestFinished } from 'vitest'
import { asking } from '../backends/support/context.ts'
import { documentedBlocks } from '../backends/support/documentation.ts'
import { stepsOf } from '../backends/support/steps.ts'
import { ldapModify } from '../support/ldap-modify.ts'
import { describeWith } from '../support/skip.ts'
import { ldifEntry, slapdUnavailable, startSlapd } from '../support/slapd.ts'
import { exampleOf, started } from './support/page-examples.ts'

describeWith('slapd', slapdUnavailable(), 'the account of the LDAP page', () => {
  const suffix = 'dc=example,dc=org'
  const peopleDn = `ou=people,${suffix}`

  it('reads everybody and no passwords, in a directory that shows strangers nothing', async () => {
    const unit = (ou: string) => ldifEntry(`ou=${ou},${suffix}`, { objectClass: 'organizationalUnit', ou })
    // More than the 500 entries that a search brings by default.
    const people = Array.from({ length: 700 }, (_, i) => {
      const uid = `person${i}`
      const mail = `${uid}@school.example`
      return ldifEntry(`uid=${uid},${peopleDn}`, {
        ...{ objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, displayName: uid, mail },
        userPassword: 'pw',
      })
    })
    const [account = '', rights = ''] = await documentedBlocks('ldap-backend.md', 'ldif')
    const slapd = await startSlapd({
      suffix,
      ldif: [
        ldifEntry(suffix, { objectClass: ['dcObject', 'organization'], dc: 'example', o: 'School' }),
        ...[unit('people'), unit('services'), ...people],
        `${account.replace('{SSHA}...', 'secret')}\n`,
      ].join(''),
      settings: ['database config', 'rootpw config'],
      databaseSettings: [
        'access to attrs=userPassword by self write by anonymous auth by * none',
        'access to * by * none',
      ],
    })
    onTestFinished(() => slapd.stop())
    const example = await exampleOf('ldap', ({ preset }) => preset === 'openldap')
    const here = { servers: [slapd.ldapUrl], startTls: false, caFile: null, bindPassword: 'secret' }
    const input = { ...example, ...here, filter: null }

    const before = await stepsOf(await started(input))
    expect(before.at(-1)).toMatchObject({ step: 'bases', outcome: 'failed' })
    await ldapModify(rights, { url: slapd.ldapUrl, bindDn: 'cn=config', password: 'config' })
    const backend = await started(input)
    const steps = await stepsOf(backend)
    expect(steps.find(({ step }) => step === 'count')).toMatchObject({ outcome: 'ok', detail: '700 people.' })
    const login = {
      userId: '@person1:example.org',
      localpart: 'person1',
      domain: 'example.org',
      password: 'pw',
    }
    expect(await backend.authenticate?.(login, asking())).toMatchObject({ success: true })

    const curious = await started({ ...input, attributes: { user: 'uid', name: 'userPassword' } })
    const profile = await curious.profile?.(login.userId, asking())
    expect(profile).toMatchObject({ displayName: null })
  })
})

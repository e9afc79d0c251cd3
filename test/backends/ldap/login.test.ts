import { afterEach, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import { describeWith } from '../../support/skip.ts'
import { ldifEntry, slapdUnavailable, type Slapd, type SlapdOptions } from '../../support/slapd.ts'
import { asking } from '../support/context.ts'
import { hostileTexts } from '../support/school.ts'
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

const login = (localpart: string, password = 'pw', domain = 'example.org') => ({
  userId: `@${localpart}:${domain}`,
  localpart,
  domain,
  password,
})

describeWith('slapd', slapdUnavailable(), 'logging in with a directory', () => {
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
  ): Promise<Required<Pick<Backend, 'authenticate' | 'findMappings'>>> {
    slapd = await startSchool({ ldif: frame + ldif, ...options })
    backend = await startLdap(slapd, input)
    return backend as Required<Backend>
  }

  it('answers with name and addresses', async () => {
    const { authenticate } = await start(
      personLdif('anna', {
        cn: 'Anna Meier',
        mail: 'Anna@School.example',
        mobile: '0170 1234567',
        userPassword: 'pw',
      }),
    )
    expect(await authenticate(login('anna'), asking())).toEqual({
      success: true,
      mxid: '@anna:example.org',
      displayName: 'Anna Meier',
      threepids: [
        { medium: 'email', address: 'anna@school.example' },
        { medium: 'msisdn', address: '491701234567' },
      ],
    })
  })

  it('tells an unknown user from a wrong password, and knows nobody of another domain', async () => {
    const { authenticate } = await start(personLdif('anna', { userPassword: 'pw' }))
    const refused = (reason: string) => ({ success: false, reason })
    expect(await authenticate(login('anna', 'wrong'), asking())).toEqual(refused('wrong-password'))
    expect(await authenticate(login('bob'), asking())).toEqual(refused('unknown-user'))
    expect(await authenticate(login('anna', 'pw', 'elsewhere.example'), asking())).toEqual(
      refused('unknown-user'),
    )
  })

  it('never asks the directory about an empty password, which it would take for an anonymous login', async () => {
    const options = { settings: ['allow bind_anon_cred bind_anon_dn'] }
    const { authenticate } = await start(personLdif('anna', { userPassword: 'pw' }), {}, options)
    expect(await authenticate(login('anna', ''), asking())).toEqual({
      success: false,
      reason: 'wrong-password',
    })
  })

  it('lets nobody widen the question', async () => {
    const { authenticate } = await start(personLdif('anna', { userPassword: 'pw' }))
    for (const text of [...hostileTexts, 'a*', 'anna)(|(uid=*)', 'ANNA)']) {
      const answer = await authenticate(login(text), asking())
      expect(answer, JSON.stringify(text)).toEqual({ success: false, reason: 'unknown-user' })
    }
  })

  it('refuses to choose between two entries of one user', async () => {
    const { authenticate } = await start(
      personLdif('anna', { userPassword: 'pw' }) +
        ldifEntry(`ou=old,${peopleDn}`, { objectClass: 'organizationalUnit', ou: 'old' }) +
        personLdif('anna', { userPassword: 'pw' }, `uid=anna,ou=old,${peopleDn}`),
    )
    await expect(authenticate(login('anna'), asking())).rejects.toMatchObject({
      code: 'configuration',
      fix: expect.stringContaining('attributes.user'),
    })
  })

  it('keeps its own rights: a login of a user does not change what Signpost sees', async () => {
    const backend = await start(personLdif('anna', { mail: 'anna@school.example', userPassword: 'pw' }))
    const address = [{ medium: 'email' as const, address: 'anna@school.example' }]
    for (let i = 0; i < 3; i++) {
      await Promise.all([
        backend.authenticate(login('anna'), asking()),
        backend.authenticate(login('anna', 'wrong'), asking()),
      ])
      expect(await backend.findMappings(address, asking())).toHaveLength(1)
    }
  })

  it('obeys the password policy: locked, expired, to be changed', async () => {
    const policy = ldifEntry(`cn=policy,${suffix}`, {
      objectClass: ['organizationalRole', 'pwdPolicy'],
      cn: 'policy',
      pwdAttribute: 'userPassword',
      pwdMustChange: 'TRUE',
      pwdMaxAge: '86400',
      pwdLockout: 'TRUE',
      pwdMaxFailure: '5',
    })
    const overlay = ['overlay ppolicy', `ppolicy_default "cn=policy,${suffix}"`, 'ppolicy_use_lockout']
    const { authenticate } = await start(
      policy +
        personLdif('fresh', { userPassword: 'pw' }) +
        personLdif('forever', { userPassword: 'pw', pwdAccountLockedTime: '000001010000Z' }) +
        personLdif('expired', { userPassword: 'pw', pwdChangedTime: '20200101000000Z' }) +
        personLdif('reset', { userPassword: 'pw', pwdReset: 'TRUE' }) +
        personLdif('mistyped', { userPassword: 'pw' }),
      {},
      { settings: ['moduleload ppolicy'], databaseSettings: [...access, ...overlay] },
    )
    expect(await authenticate(login('fresh'), asking())).toMatchObject({ success: true })
    for (const name of ['forever', 'expired', 'reset']) {
      const answer = await authenticate(login(name), asking())
      expect(answer, name).toEqual({ success: false, reason: 'not-allowed' })
    }
    for (let i = 0; i < 5; i++) {
      expect(await authenticate(login('mistyped', 'wrong'), asking())).toEqual({
        success: false,
        reason: 'wrong-password',
      })
    }
    expect(await authenticate(login('mistyped'), asking())).toEqual({ success: false, reason: 'not-allowed' })
    // Locked for a while is no reason to be gone from the directory.
    expect(await backend?.profile?.('@mistyped:example.org', asking())).not.toBeNull()
    expect(await backend?.profile?.('@forever:example.org', asking())).toBeNull()
  })

  it('lets in nobody without a password in the directory', async () => {
    const { authenticate } = await start(personLdif('anna'))
    expect(await authenticate(login('anna'), asking())).toMatchObject({ success: false })
  })

  it('survives that the password of Signpost itself changes, once it is configured anew', async () => {
    const { findMappings } = await start(personLdif('anna', { mail: 'anna@school.example' }))
    const address = [{ medium: 'email' as const, address: 'anna@school.example' }]
    expect(await findMappings(address, asking())).toHaveLength(1)
    await slapd?.change(
      `dn: ${serviceDn}\nchangetype: modify\nreplace: userPassword\nuserPassword: another\n`,
    )
    await slapd?.stop()
    await slapd?.start()
    await expect(findMappings(address, asking())).rejects.toMatchObject({ code: 'credentials' })
    const renewed = await startLdap(slapd as Slapd, { bindPassword: 'another' })
    expect(await renewed.findMappings?.(address, asking())).toHaveLength(1)
    await renewed.close()
  })
})

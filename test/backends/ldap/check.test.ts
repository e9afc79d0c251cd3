import { afterEach, describe, expect, it } from 'vitest'
import type { Backend } from '../../../src/backends/backend.ts'
import type { CheckStep } from '../../../src/backends/check.ts'
import { freePort } from '../../support/free-port.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd, type SlapdOptions } from '../../support/slapd.ts'
import { asking } from '../support/context.ts'
import {
  frame,
  peopleDn,
  personLdif,
  startLdap,
  startSchool,
  suffix,
  type LdapInput,
} from './support/school-directory.ts'

async function check(backend: Backend): Promise<readonly CheckStep[]> {
  const steps: CheckStep[] = []
  for await (const step of backend.check(asking())) steps.push(step)
  await backend.close()
  return steps
}

describeWith('slapd', slapdUnavailable(), 'checking a directory', () => {
  let slapd: Slapd | undefined
  afterEach(() => slapd?.stop())

  async function stepsOf(input: Partial<LdapInput> = {}, options: Partial<SlapdOptions> = {}) {
    slapd = await startSchool(options)
    return await check(await startLdap(slapd, input))
  }
  const lastOf = async (input: Partial<LdapInput>, options: Partial<SlapdOptions> = {}) =>
    (await stepsOf(input, options)).at(-1)

  it('goes from the settings to a sample of people', async () => {
    const steps = await stepsOf()
    expect(steps.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['settings', 'ok'],
      ['resolve', 'ok'],
      ['connect', 'ok'],
      ['tls', 'ok'],
      ['login', 'ok'],
      ['bases', 'ok'],
      ['count', 'ok'],
      ['sample', 'ok'],
    ])
    expect(steps.find(({ step }) => step === 'count')?.detail).toBe('4 people.')
    expect(steps.at(-1)?.sample).toContainEqual(
      expect.objectContaining({
        mxid: '@anna:example.org',
        displayName: 'Anna Meier',
        addresses: ['email anna.meier@school.example', 'email anna@school.example', 'msisdn 491701234567'],
        problems: [],
      }),
    )
  })

  it('shows what is wrong with people, and how many of them', async () => {
    const ldif =
      frame + personLdif('Ann Üml', { mail: 'ann@school.example' }) + personLdif('bob', { mail: 'nothing' })
    const last = await lastOf({}, { ldif })
    expect(last).toMatchObject({
      step: 'sample',
      outcome: 'warning',
      detail: 'Read 2; 1 without a Matrix ID, 2 without any address.',
    })
    expect(last?.sample?.flatMap(({ problems }) => problems)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('user "Ann Üml"'),
        expect.stringContaining('email "nothing"'),
      ]),
    )
  })

  it('warns when nobody of the sample has an address', async () => {
    expect(await lastOf({ attributes: { emails: ['roomNumber'], phones: [] } })).toMatchObject({
      step: 'sample',
      outcome: 'warning',
      fix: expect.stringContaining('attributes.emails'),
    })
  })

  it('tells every trouble from the others, with what to do', async () => {
    const cases: readonly (readonly [Partial<LdapInput>, Partial<CheckStep>, Partial<SlapdOptions>?])[] = [
      [{ bindPassword: 'wrong' }, { step: 'login', fix: 'Correct "bindDn" or "bindPassword".' }],
      [{ bindDn: 'no name' }, { step: 'login', fix: 'Correct "bindDn".' }],
      [{ bindDn: null, bindPassword: null }, { step: 'login' }, { settings: ['disallow bind_anon'] }],
      [
        { bases: [peopleDn, `ou=gone,${suffix}`] },
        { step: 'bases', detail: expect.stringContaining(`ou=gone,${suffix}`) },
      ],
      [{ bases: ['nonsense'] }, { step: 'bases', detail: '"nonsense" is not the name of an entry.' }],
      [
        { filter: '(departmentNumber=nobody)' },
        { step: 'count', detail: expect.stringContaining('none that the filters let in') },
      ],
      [
        {},
        { step: 'count', detail: 'The account may log in, but sees no entry below the bases.' },
        {
          databaseSettings: [
            'access to attrs=userPassword by anonymous auth',
            `access to dn.base="${peopleDn}" by * read`,
          ],
        },
      ],
      [
        {},
        { step: 'bases' },
        { databaseSettings: ['access to attrs=userPassword by anonymous auth', 'access to * by * none'] },
      ],
      [{ startTls: true }, { step: 'tls', detail: expect.stringContaining('refused STARTTLS') }],
      [{ caFile: 'gone.pem' }, { step: 'settings' }],
    ]
    for (const [input, expected, options] of cases) {
      const last = await lastOf(input, options)
      expect(last, JSON.stringify(input)).toMatchObject({
        outcome: 'failed',
        fix: expect.any(String),
        ...expected,
      })
      await slapd?.stop()
    }
  })

  it('goes on with a second server, and names the one that is down', async () => {
    slapd = await startSchool()
    const dead = `ldap://127.0.0.1:${await freePort()}`
    const steps = await check(await startLdap(slapd, { servers: [dead, slapd.ldapUrl] }))
    expect(steps.find(({ step }) => step === 'connect')).toMatchObject({
      outcome: 'warning',
      detail: expect.stringContaining('refused the connection'),
    })
    expect(steps.at(-1)).toMatchObject({ step: 'sample', outcome: 'ok' })
  })
})

describe('checking a directory that is not there', () => {
  it('fails at the connection', async () => {
    const steps = await check(await startLdap({ ldapUrl: `ldap://127.0.0.1:${await freePort()}` }))
    expect(steps.at(-1)).toMatchObject({ step: 'connect', outcome: 'failed' })
  })
})

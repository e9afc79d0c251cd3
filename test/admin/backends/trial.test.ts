import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { ldapInput, peopleDn, startSchool, suffix } from '../../backends/ldap/support/school-directory.ts'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../../support/slapd.ts'

interface Step {
  readonly step: string
  readonly outcome: string
  readonly sample?: readonly { readonly mxid: string | null }[]
}

describeWith('slapd', slapdUnavailable(), 'a section that is tried before it counts', () => {
  let slapd: Slapd
  let appliance: TestAppliance
  let admin: AdminClient
  beforeAll(async () => void (slapd = await startSchool()))
  afterAll(() => slapd.stop())
  beforeEach(async () => {
    const config = { matrix: { domain: 'example.org' }, backends: [section()] }
    ;({ appliance, client: admin } = await startConsole({ config }))
  })
  afterEach(() => appliance.stop())

  const section = (changes: object = {}) => ({ ...ldapInput(slapd), id: 'school', ...changes })
  const check = (values: object, draft = false) =>
    admin.post('/api/backends/check', { section: values, draft })
  const steps = (body: unknown) => (body as { steps: readonly Step[] }).steps

  it('is gone through step by step, down to some people as they would be known', async () => {
    const { status, body } = await check(section({ id: 'new' }))
    expect(status).toBe(200)
    expect(steps(body).filter(({ outcome }) => outcome === 'failed')).toEqual([])
    const sample = steps(body).find(({ step }) => step === 'sample')?.sample
    expect(sample?.map(({ mxid }) => mxid)).toContain('@anna:example.org')
  })

  it('needs its stored password only by name, and a wrong new one is seen', async () => {
    const kept = await check(section({ bindPassword: { set: true } }))
    expect(steps(kept.body).at(-1)).toMatchObject({
      step: 'sample',
      outcome: expect.not.stringMatching('failed'),
    })
    const wrong = await check(section({ bindPassword: 'not the password' }))
    expect(steps(wrong.body).at(-1)).toMatchObject({
      step: 'login',
      outcome: 'failed',
      fix: expect.any(String),
    })
  })

  it('is refused with the words of the file when it cannot be used', async () => {
    const { status, body } = await check(section({ filter: '(uid=anna' }))
    expect(status).toBe(422)
    expect(body).toMatchObject({
      error: { code: 'config-invalid', problems: [{ path: 'filter', fix: expect.any(String) }] },
    })
  })

  it("uses the domain and the password of the wizard's draft", async () => {
    const draft = {
      step: 'backends',
      choices: {},
      settings: {
        matrix: { domain: 'draft.example' },
        backends: [section({ id: 'drafted' }), { id: 'unfinished', type: 'ldap' }],
      },
    }
    expect((await admin.put('/api/wizard/draft', draft)).status).toBe(200)
    const { body } = await check(section({ id: 'drafted', bindPassword: { set: true } }), true)
    const sample = steps(body).find(({ step }) => step === 'sample')?.sample
    expect(sample?.map(({ mxid }) => mxid)).toContain('@anna:draft.example')
  })

  it('is guessed from the directory, without the password in the answer', async () => {
    const { servers, bindDn, bindPassword } = ldapInput(slapd)
    const { status, body, text } = await admin.post('/api/backends/guess', { servers, bindDn, bindPassword })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      section: { type: 'ldap', preset: 'openldap', bases: [suffix], bindPassword: { set: true } },
      reasons: expect.arrayContaining(['The server is an OpenLDAP.']),
    })
    expect(text).not.toContain(String(bindPassword))
    const narrow = await admin.post('/api/backends/guess', {
      servers,
      bindDn,
      bindPassword,
      bases: [peopleDn],
    })
    expect(narrow.body).toMatchObject({ section: { bases: [peopleDn] } })
  })

  it('is not guessed where nobody may enter, and the fix is told', async () => {
    const { servers, bindDn } = ldapInput(slapd)
    const answer = await admin.post('/api/backends/guess', { servers, bindDn, bindPassword: 'wrong' })
    expect(answer).toMatchObject({
      status: 503,
      body: { error: { code: 'unavailable', params: { reason: 'credentials' }, fix: expect.any(String) } },
    })
  })
})

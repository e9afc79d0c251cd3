import { afterAll, beforeAll, expect, it } from 'vitest'
import { ldapInput, personLdif, startSchool } from '../../backends/ldap/support/school-directory.ts'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { eventually } from '../../support/poll.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../../support/slapd.ts'

interface Row {
  readonly key: string
  readonly mxid: string | null
  readonly raw: { readonly user: string; readonly emails: readonly string[] } | null
  readonly rejections: readonly { readonly field: string }[]
  readonly contested: readonly { readonly mxids: readonly string[] }[]
}
interface Job {
  readonly id: string
  readonly state: string
  readonly result: unknown
}

describeWith('slapd', slapdUnavailable(), 'the people of a directory', () => {
  let slapd: Slapd
  let appliance: TestAppliance
  let admin: AdminClient
  beforeAll(async () => {
    slapd = await startSchool()
    await slapd.change(
      personLdif('twin', { cn: 'Twin', mail: ['anna@school.example', 'no address'] }) +
        personLdif('Müller', { cn: 'Müller' }),
    )
    const config = { matrix: { domain: 'example.org' }, backends: [section()] }
    ;({ appliance, client: admin } = await startConsole({ config }))
  })
  afterAll(async () => {
    await appliance.stop()
    await slapd.stop()
  })

  const section = (changes: object = {}) => ({ ...ldapInput(slapd), id: 'school', ...changes })
  const kept = (changes: object = {}) => section({ bindPassword: { set: true }, ...changes })
  const compare = (changes: object) =>
    admin.post('/api/backends/xray/compare', { id: 'school', section: kept(changes) })
  async function done(job: unknown): Promise<Job> {
    const { id } = job as Job
    let last: Job | undefined
    await eventually(
      async () => {
        last = (await admin.get(`/api/jobs/${id}`)).body as Job
        return last.state !== 'running'
      },
      { what: 'the sync to end' },
    )
    if (last === undefined) throw new Error('there is no job')
    return last
  }

  it('an x-ray has everybody beside what the directory says, with conflicts and what is left out', async () => {
    const { body } = await admin.post('/api/backends/xray', { section: kept() })
    const { rows, isWhole } = body as { rows: readonly Row[]; isWhole: boolean }
    expect(isWhole).toBe(true)
    expect(rows).toHaveLength(6)
    const of = (user: string) => rows.find(({ raw }) => raw?.user === user)
    expect(of('anna')).toMatchObject({
      mxid: '@anna:example.org',
      raw: { emails: expect.arrayContaining(['Anna.Meier@School.Example']) },
      contested: [{ address: 'anna@school.example', mxids: ['@anna:example.org', '@twin:example.org'] }],
    })
    expect(of('twin')?.rejections).toEqual([expect.objectContaining({ field: 'email', value: 'no address' })])
    expect(of('Müller')).toMatchObject({ mxid: null, rejections: [{ field: 'user' }] })
  })

  it('an edit is told beforehand: whom it hides, whom it changes, and whom it adds', async () => {
    expect((await compare({ filter: '(!(uid=twin))' })).body).toMatchObject({
      hidden: { count: 1, rows: [{ mxid: '@twin:example.org' }] },
      added: { count: 0 },
      unchanged: 4,
    })
    expect((await compare({ unsuitable: 'encode' })).body).toMatchObject({
      added: { count: 1, rows: [{ mxid: '@m=c3=bcller:example.org' }] },
    })
    const { body } = await compare({ attributes: { emails: ['schoolMail'] } })
    expect(body).toMatchObject({ hidden: { count: 0 }, changed: { count: 5 } })
  })

  it('a sync is a job with a result, and the overview has its numbers and problems', async () => {
    const started = await admin.post('/api/backends/school/sync', { full: true })
    expect(started).toMatchObject({ status: 200, body: { kind: 'sync', target: 'school' } })
    expect(await done(started.body)).toMatchObject({ state: 'done', result: { full: true, people: 6 } })
    expect((await admin.get('/api/backends')).body).toMatchObject({
      backends: [{ id: 'school', sync: { people: 6, failure: null, rejected: 2, conflicts: 1 } }],
    })
    expect((await admin.get('/api/backends/school/problems')).body).toMatchObject({
      rejected: expect.arrayContaining([
        expect.objectContaining({ mxid: null, values: [expect.objectContaining({ field: 'user' })] }),
      ]),
      conflicts: [{ type: 'address', mxids: ['@anna:example.org', '@twin:example.org'] }],
    })
  })

  it('a sync of what has no copy is not possible', async () => {
    expect((await admin.post('/api/backends/other/sync', {})).status).toBe(404)
  })

  it('the steps of a check are told one by one, without the people of the sample', async () => {
    const stream = await fetch(`${appliance.adminAddress}/api/events`, {
      headers: { cookie: admin.cookie() },
    })
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    if (reader === undefined) throw new Error('there is no stream')
    const { body } = await admin.post('/api/backends/check', { section: kept(), run: 'mine' })
    const { steps } = body as { steps: readonly { step: string }[] }
    let text = ''
    while (text.split('event: check-step').length - 1 < steps.length) {
      const { value, done: ended } = await reader.read()
      if (ended) break
      text += value
    }
    await reader.cancel()
    for (const { step } of steps) expect(text).toContain(`"step":"${step}"`)
    expect(text).toContain('"run":"mine"')
    expect(text).not.toContain('school.example"')
    expect(text).not.toContain('"sample":[')
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJobs, type JobProgress } from '../../../src/admin/jobs/jobs.ts'
import type { Job } from '../../../src/admin/jobs/shapes.ts'
import { OperatorError } from '../../../src/config/operator-error.ts'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { eventually } from '../../support/poll.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

function create() {
  const runtime = createTestRuntime()
  const told: Job[] = []
  const jobs = createJobs({ runtime, publish: (job) => told.push(job) })
  const ended = (id: string) =>
    eventually(() => jobs.find(id)?.state !== 'running', { what: 'the end of the job' })
  return { jobs, told, ended, clock: runtime.clock }
}

const untilAborted = ({ signal }: JobProgress) =>
  new Promise<void>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true })
  })

describe('long work', () => {
  it('tells its steps and how far it is, and keeps its result for an hour', async () => {
    const { jobs, told, ended, clock } = create()
    const { id } = jobs.start({
      kind: 'import',
      work: async ({ step, advance }) => {
        step('reading')
        clock.advance(300)
        advance(5, 10)
        return { people: 10 }
      },
    })
    await ended(id)
    expect(told.map(({ state, step, done }) => [state, step, done])).toEqual([
      ['running', null, 0],
      ['running', 'reading', 0],
      ['running', 'reading', 5],
      ['done', 'reading', 5],
    ])
    expect(jobs.find(id)?.result).toEqual({ people: 10 })
    clock.advance(3_600_001)
    expect(jobs.list()).toEqual([])
  })

  it('tells of progress no more than four times a second', async () => {
    const { jobs, told, ended } = create()
    const { id } = jobs.start({
      kind: 'sync',
      work: async ({ advance }) => {
        for (let i = 0; i < 1_000; i++) advance(i, 1_000)
      },
    })
    await ended(id)
    expect(told.length).toBeLessThan(4)
    expect(jobs.find(id)).toMatchObject({ state: 'done', done: 999 })
  })

  it('ends when it is cancelled', async () => {
    const { jobs, ended } = create()
    const { id } = jobs.start({ kind: 'sync', target: 'ldap', work: untilAborted })
    expect(jobs.cancel(id)?.state).toBe('running')
    await ended(id)
    expect(jobs.find(id)).toMatchObject({ state: 'cancelled', error: null })
  })

  it('is not cancelled where half of it is worse than none', async () => {
    const { jobs } = create()
    const { id } = jobs.start({ kind: 'restore', cancellable: false, work: untilAborted })
    expect(() => jobs.cancel(id)).toThrow(expect.objectContaining({ code: 'not-possible' }))
    await jobs.stop()
  })

  it('is done once at a time for one target', async () => {
    const { jobs } = create()
    jobs.start({ kind: 'sync', target: 'ldap', work: untilAborted })
    expect(() => jobs.start({ kind: 'sync', target: 'ldap', work: untilAborted })).toThrow(
      expect.objectContaining({ code: 'conflict' }),
    )
    jobs.start({ kind: 'sync', target: 'sql', work: untilAborted })
    await jobs.stop()
    expect(jobs.list().map(({ state }) => state)).toEqual(['cancelled', 'cancelled'])
  })

  it('says what failed and what to do, and nothing of what broke inside', async () => {
    const { jobs, ended } = create()
    const known = jobs.start({
      kind: 'backup',
      work: async () => {
        throw new OperatorError('output-unwritable', {
          tried: 'write it',
          likelyCause: 'The disk is full.',
          fix: 'Make room.',
        })
      },
    })
    const unknown = jobs.start({
      kind: 'import',
      work: async () => {
        throw new Error('secret inside')
      },
    })
    await ended(known.id)
    await ended(unknown.id)
    expect(jobs.find(known.id)?.error).toMatchObject({ code: 'output-unwritable', fix: 'Make room.' })
    expect(JSON.stringify(jobs.find(unknown.id))).not.toContain('secret inside')
  })
})

describe('the routes of long work', () => {
  let appliance: TestAppliance
  let admin: AdminClient
  beforeAll(async () => {
    appliance = await startTestAppliance()
    admin = await signInAsAdmin(appliance)
  })
  afterAll(() => appliance.stop())

  it('list it, show it and cancel it', async () => {
    const { id } = appliance.live.jobs.start({ kind: 'sync', target: 'ldap', work: untilAborted })
    expect((await admin.get('/api/jobs')).body).toMatchObject({ jobs: [{ id, state: 'running' }] })
    expect((await admin.post(`/api/jobs/${id}/cancel`)).status).toBe(200)
    await eventually(async () => ((await admin.get(`/api/jobs/${id}`)).body as Job).state === 'cancelled', {
      what: 'the end of the job',
    })
    expect((await admin.get('/api/jobs/none')).status).toBe(404)
  })
})

import { describe, expect, it } from 'vitest'
import type { DoctorCheck, Finding } from '../../src/doctor/check.ts'
import { fact, NotPossible, TooSlow } from '../../src/doctor/fact.ts'
import { openDoctorWorld } from '../../src/doctor/open-world.ts'
import { fine } from '../../src/doctor/results.ts'
import { runDoctor, type DoctorOptions } from '../../src/doctor/run-doctor.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const check = (code: string, run: DoctorCheck['run'], more: Partial<DoctorCheck> = {}): DoctorCheck => ({
  ...{ code, area: 'server', title: `the part ${code}`, faults: {}, run },
  ...more,
})
const good = (code: string, more?: Partial<DoctorCheck>) =>
  check(code, async () => [fine(code, 'Fine.')], more)

async function examine(options: DoctorOptions): Promise<Finding[]> {
  const world = openDoctorWorld({
    dataDir: await createTempDir('run'),
    env: {},
    runtime: createTestRuntime(),
  })
  const findings: Finding[] = []
  for await (const finding of runDoctor(world, options)) findings.push(finding)
  await world.close()
  return findings
}

describe('a run of the doctor', () => {
  it('yields what a check finds as soon as it is done, without waiting for slower ones', async () => {
    const gate = Promise.withResolvers<void>()
    const slow = check('slow', async () => {
      await gate.promise
      return [fine('slow', 'At last.')]
    })
    const world = openDoctorWorld({
      dataDir: await createTempDir('run'),
      env: {},
      runtime: createTestRuntime(),
    })
    const seen: string[] = []
    for await (const { code } of runDoctor(world, { checks: [slow, good('quick')] })) {
      seen.push(code)
      // Nothing but the end of the quick one lets the slow one go on.
      gate.resolve()
    }
    expect(seen).toEqual(['quick', 'slow'])
  })

  it('gives up on a check that does not end in time, and says so', async () => {
    const hanging = check('hanging', () => new Promise(() => {}), { limitMs: 20 })
    const [finding] = await examine({ checks: [hanging] })
    expect(finding).toMatchObject({
      code: 'check-too-slow',
      subject: 'hanging',
      status: 'warning',
      detail: 'The check of the part hanging did not end within 0.02 s.',
      link: 'docs/doctor.md#check-too-slow',
    })
  })

  it('tells a check when its time is over', async () => {
    let reason: unknown = null
    const patient = check(
      'patient',
      (_world, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason
            resolve([])
          })
        }),
      { limitMs: 20 },
    )
    await examine({ checks: [patient] })
    expect(reason).toMatchObject({ name: 'TimeoutError' })
  })

  it('reports a check that breaks as a defect, without the words of the error', async () => {
    const broken = check('broken', () => Promise.reject(new RangeError('password=hunter2')))
    const findings = await examine({ checks: [broken, good('other')] })
    expect(findings.map(({ code, status }) => [code, status])).toEqual([
      ['check-failed', 'warning'],
      ['other', 'ok'],
    ])
    expect(JSON.stringify(findings)).not.toContain('hunter2')
  })

  it('says of what could not be looked at why, and of slow answers which', async () => {
    const findings = await examine({
      checks: [
        check('blind', () => Promise.reject(new NotPossible('This needs the database.'))),
        check('late', () => Promise.reject(new TooSlow('GET https://id.test got no answer within 3 s.'))),
      ],
    })
    expect(findings).toMatchObject([
      { code: 'blind', status: 'skipped', detail: 'This needs the database.', link: null },
      { code: 'check-too-slow', subject: 'late', detail: expect.stringContaining('https://id.test') },
    ])
  })

  it('looks at the chosen areas only', async () => {
    const checks = [good('one'), good('two', { area: 'keys' }), good('three', { area: 'clock' })]
    const findings = await examine({ checks, areas: ['keys', 'clock'] })
    expect(findings.map(({ code }) => code)).toEqual(['two', 'three'])
  })

  it('ends when it is told to', async () => {
    const controller = new AbortController()
    const hanging = check('hanging', () => {
      controller.abort()
      return new Promise(() => {})
    })
    const findings = await examine({ checks: [hanging], signal: controller.signal })
    expect(findings.map(({ code }) => code)).toEqual(['check-too-slow'])
  })
})

describe('a fact', () => {
  it('is found out once, however many ask', async () => {
    let asked = 0
    const one = fact('something', async () => ++asked)
    expect(await Promise.all([one.need(), one.look(), one.need()])).toEqual([1, 1, 1])
  })

  it('is not found out while nobody asks', () => {
    expect(fact('something', () => Promise.reject(new Error('asked'))).seen()).toBeNull()
  })

  it('names what is missing to those who build on it, and the reason to the one who reports on it', async () => {
    const missing = fact('the database', () => Promise.reject(new Error('no such file')))
    await expect(missing.look()).rejects.toThrow('no such file')
    await expect(missing.need()).rejects.toThrow(new NotPossible('This needs the database.'))
    const above = fact('the pepper', () => missing.need())
    await expect(above.need()).rejects.toThrow('This needs the database.')
  })
})

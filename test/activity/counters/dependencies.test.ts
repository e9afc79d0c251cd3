import { describe, expect, it } from 'vitest'
import { createDependencies, type DependencyHealth } from '../../../src/activity/counters/dependencies.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

const ldap = { kind: 'backend', name: 'ldap' } as const
const mail = { kind: 'mail', name: '' } as const
const failure = { ok: false, ms: 5, code: 'connect', reason: 'Nobody answers.', fix: 'Start it.' }

function create() {
  const { clock } = createTestRuntime()
  const told: DependencyHealth[] = []
  const counted: unknown[] = []
  const dependencies = createDependencies({
    clock,
    counters: { measure: (...call) => void counted.push(call) },
    changed: (health) => told.push(health),
  })
  return { clock, told, counted, dependencies }
}

describe('the health of what Signpost depends on', () => {
  it('is unknown until it is called, and silent while all is well', () => {
    const { dependencies, told, counted } = create()
    expect(dependencies.health('mail')).toBeNull()
    dependencies.called(mail, { ok: true, ms: 3 })
    expect(dependencies.health('mail')).toMatchObject({ state: 'ok', lastError: null })
    expect(told).toEqual([])
    expect(counted).toEqual([['mail', 3, true]])
  })

  it('is told once when it goes, with the reason and the fix, and once when it comes back', () => {
    const { dependencies, told, clock } = create()
    dependencies.called(ldap, failure)
    const wentAt = clock.now()
    clock.advance(1_000)
    dependencies.called(ldap, failure)
    expect(dependencies.health('backend ldap')).toMatchObject({
      ...{ state: 'problem', since: wentAt },
      lastError: { at: clock.now(), code: 'connect', reason: 'Nobody answers.', fix: 'Start it.' },
    })
    dependencies.called(ldap, { ok: true, ms: 1 })
    expect(told.map(({ id, state }) => [id, state])).toEqual([
      ['backend ldap', 'problem'],
      ['backend ldap', 'warning'],
    ])
  })

  it('is doubted for ten minutes after it came back', () => {
    const { dependencies, clock } = create()
    dependencies.called(ldap, failure)
    dependencies.called(ldap, { ok: true, ms: 1 })
    expect(dependencies.health('backend ldap')?.state).toBe('warning')
    clock.advance(600_000)
    expect(dependencies.health('backend ldap')?.state).toBe('ok')
  })
})

import { describe, expect, test } from 'vitest'
import { summarise, summaryLines } from './test-summary.ts'

interface Result {
  readonly ancestorTitles: readonly string[]
  readonly title: string
  readonly status: string
}

const ok: Result = { ancestorTitles: ['A suite'], title: 'works', status: 'passed' }

function report(...assertionResults: Result[]) {
  const count = (status: string) => assertionResults.filter((one) => one.status === status).length
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    testResults: [{ name: 'a.test.ts', status: 'passed', assertionResults }],
  }
}

function skipped(...ancestorTitles: string[]): Result {
  return { ancestorTitles, title: 'does something', status: 'skipped' }
}

describe('The test summary', () => {
  test('ends with a closing line that counts passed, failed and skipped tests', () => {
    const summary = summarise(report(ok, { ...ok, status: 'failed' }, skipped('A', 'B'), skipped('A', 'B')))

    expect(summaryLines(summary)).toEqual([
      'skipped:',
      '  A > B (2 tests)',
      '',
      'tests: 1 passed, 1 failed, 2 skipped',
    ])
  })

  test('accepts a skipped suite only when its title says that Synapse is missing', () => {
    expect(summarise(report(ok)).complete).toBe(true)
    expect(summarise(report(ok, skipped('Invites [needs Synapse: no Debian mirror]'))).complete).toBe(true)
    expect(summarise(report(ok, skipped('Storage [needs PostgreSQL: not installed]'))).complete).toBe(false)
    expect(summarise(report(ok, { ...skipped(), title: 'later', status: 'todo' })).complete).toBe(false)
  })

  test('is incomplete when no test ran', () => {
    expect(summarise(report(skipped('Invites [needs Synapse: no Debian mirror]'))).complete).toBe(false)
  })

  test('counts a file that could not be loaded as one failure', () => {
    const loaded = report(ok)
    const summary = summarise({
      ...loaded,
      testResults: [...loaded.testResults, { name: 'b.test.ts', status: 'failed', assertionResults: [] }],
    })

    expect(summary).toMatchObject({ passed: 1, failed: 1, complete: false })
  })

  test('refuses a report of another shape', () => {
    expect(() => summarise({ tests: [] })).toThrow('numPassedTests')
  })
})

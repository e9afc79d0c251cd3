import { z } from 'zod'

/** The part of vitest's JSON report that the summary reads. */
const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
})

type FileResult = z.infer<typeof Report>['testResults'][number]

export interface Skipped {
  /** Suite titles from the outside in, or the test's own when it stands alone. */
  readonly title: string
  readonly tests: number
}

export interface TestSummary {
  readonly passed: number
  /** Failed tests, plus one for each file that failed before any of its tests could. */
  readonly failed: number
  readonly skipped: readonly Skipped[]
  /** Whether a build server may be content: something ran, nothing failed, only Synapse suites were skipped. */
  readonly complete: boolean
}

/** Synapse comes from a moving package archive, so it alone may be missing on a build server. */
const EXCUSED = /\[needs Synapse: /

/** Reads a report as `JSON.parse` gave it; throws when it does not have the shape of one. */
export function summarise(report: unknown): TestSummary {
  const { numPassedTests: passed, numFailedTests, testResults } = Report.parse(report)
  const failed = numFailedTests + testResults.filter(failedAsAWhole).length
  const skipped = countSkipped(testResults)
  const excused = skipped.every(({ title }) => EXCUSED.test(title))
  return { passed, failed, skipped, complete: passed > 0 && failed === 0 && excused }
}

function failedAsAWhole(file: FileResult): boolean {
  return file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')
}

function countSkipped(files: readonly FileResult[]): Skipped[] {
  const counts = new Map<string, number>()
  for (const { assertionResults } of files) {
    for (const { status, ancestorTitles, title } of assertionResults) {
      if (status === 'passed' || status === 'failed') continue
      const suite = ancestorTitles.length === 0 ? title : ancestorTitles.join(' > ')
      counts.set(suite, (counts.get(suite) ?? 0) + 1)
    }
  }
  return [...counts].map(([title, tests]) => ({ title, tests }))
}

/** Skipped suites by name with their reason, then the closing line that scripts look for. */
export function summaryLines({ passed, failed, skipped }: TestSummary): string[] {
  const total = skipped.reduce((sum, { tests }) => sum + tests, 0)
  const list = skipped.map(({ title, tests }) => `  ${title} (${tests} ${tests === 1 ? 'test' : 'tests'})`)
  return [
    ...(list.length === 0 ? [] : ['skipped:', ...list, '']),
    `tests: ${passed} passed, ${failed} failed, ${total} skipped`,
  ]
}

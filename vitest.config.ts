import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts', 'test/support/temp-root.ts'],
    // `test/run.ts` reads the JSON report for the list of skipped suites and the closing line.
    reporters: [
      'default',
      ['json', { outputFile: process.env['SIGNPOST_TEST_REPORT'] ?? '.cache/test-report.json' }],
    ],
    // A test that takes a second alone may take twenty beside everything else on a small machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})

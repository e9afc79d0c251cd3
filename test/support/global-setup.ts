import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection URL of the test run's own PostgreSQL (database `postgres`), `null` when there is none here. */
    postgresUrl: string | null
  }
}

/** Runs once per test run, before any test file: starts what is costly to start and hands over its address. */
// oxlint-disable-next-line import/no-default-export -- the shape vitest asks a global setup for
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres()
  project.provide('postgresUrl', postgres?.url ?? null)
  return async () => {
    await postgres?.stop()
  }
}

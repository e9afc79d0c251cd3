import { createBackendContext } from '../../../../src/backends/context.ts'
import { databaseChecks } from '../../../../src/backends/sql/database-checks.ts'
import { openDirectoryDatabase, type DirectoryDatabase } from '../../../../src/backends/sql/database.ts'
import { runChecks, type CheckStep } from '../../../../src/backends/check.ts'
import { backendSections } from '../../../../src/backends/sections.ts'
import { systemClock } from '../../../../src/system.ts'
import { testWorld } from '../../support/context.ts'
import type { ConnectionInput } from './people-databases.ts'

export interface OpenOptions {
  readonly timeout?: string
  /** PEM text that the file of `caFile` has, and what names resolve to. */
  readonly world?: Parameters<typeof testWorld>[0]
}

/** A database as the kinds open it, from what would stand under `connection`. */
export async function openDatabase(
  connection: ConnectionInput,
  { timeout = '5s', world = {} }: OpenOptions = {},
): Promise<DirectoryDatabase & { check(): Promise<readonly CheckStep[]> }> {
  const config = backendSections.parse({ id: 'people', type: 'sql', connection, timeout })
  if (config.type !== 'sql') throw new Error('not a section of sql')
  const context = createBackendContext(config, testWorld(world))
  const database = await openDirectoryDatabase(config.connection, context)
  return {
    ...database,
    async check() {
      const steps: CheckStep[] = []
      const checks = databaseChecks(database, context, AbortSignal.timeout(10_000))
      for await (const step of runChecks(systemClock, checks)) steps.push(step)
      return steps
    },
  }
}

export const patience = () => AbortSignal.timeout(30_000)

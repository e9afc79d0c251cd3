import { join } from 'node:path'
import { openImportStorage } from './storage.ts'
import { planImport, type ImportChoices, type ImportPlan } from '../../../../src/migrate/import/plan.ts'
import { runImport, type ImportEvent, type ImportResult } from '../../../../src/migrate/import/run.ts'
import type { ImportSource } from '../../../../src/migrate/import/source.ts'
import type { Storage } from '../../../../src/storage/storage.ts'
import { systemClock } from '../../../../src/system.ts'
import { createTempDir } from '../../../support/temp-dir.ts'
import { createTestRuntime } from '../../../support/test-runtime.ts'

/** An empty Signpost that something is imported into. */
export interface ImportTarget {
  readonly dataDir: string
  readonly storage: Storage
  plan(source: ImportSource, choices?: ImportChoices): Promise<ImportPlan>
  /** Plans and runs. */
  run(
    source: ImportSource,
    choices?: ImportChoices,
  ): Promise<ImportResult & { readonly events: readonly ImportEvent[] }>
}

export async function createTarget(dataDir?: string): Promise<ImportTarget> {
  const folder = dataDir ?? join(await createTempDir('import'), 'data')
  const storage = await openImportStorage(folder)
  const runtime = { ...createTestRuntime(), clock: systemClock }
  const world = { dataDir: folder, runtime, storage }
  return {
    dataDir: folder,
    storage,
    plan: (source, choices) => planImport(source, world, choices),
    async run(source, choices) {
      const events: ImportEvent[] = []
      for await (const event of runImport(await planImport(source, world, choices), world)) events.push(event)
      const last = events.at(-1)
      if (last?.type !== 'done') throw new Error('the import ended without a result')
      return { ...last.result, events }
    },
  }
}

/** How often each rule was followed. */
export function findingCounts({ findings }: Pick<ImportPlan, 'findings'>): Record<string, number> {
  return Object.fromEntries(findings.map(({ code, count }) => [code, count]))
}

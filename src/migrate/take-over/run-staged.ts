import { OperatorError } from '../../config/operator-error.ts'
import type { Sealer } from '../../config/sealing.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { planImport, type ImportChoices, type ImportProgress } from '../import/plan.ts'
import { runImport } from '../import/run.ts'
import type { ImportSource } from '../import/source.ts'
import { reportOf, type ImportReport } from './import-report.ts'
import {
  forgetStagedImport,
  readImportOutcome,
  readStagedImport,
  removeSentFiles,
  writeImportOutcome,
  writeStagedImport,
  type ImportOutcome,
  type StagedImport,
} from './staged-import.ts'

export interface RunStaged {
  readonly dataDir: string
  readonly runtime: Runtime
  /** Opens the database as a server does: nobody else has it meanwhile. Throws `OperatorError`. */
  readonly openStorage: () => Promise<Storage>
  readonly sealingKey: Buffer
  readonly sealer: Sealer
  readonly tell: (progress: ImportProgress) => void
}

/** An import that ends the process each time must not keep Signpost from starting for ever. */
const MOST_ATTEMPTS = 3

/**
 * Does what the console has ordered, before the server starts. Interrupted at any point, the next start goes on: each
 * step of an import happens as a whole, and a second run does what is left. What goes wrong is noted down for the
 * console, and the server starts without it. True when something was done.
 */
export async function runStagedImport(options: RunStaged): Promise<boolean> {
  const { dataDir, runtime } = options
  const request = await readStagedImport(dataDir)
  if (request === null) return false
  const former = await readImportOutcome(dataDir)
  const outcome = former?.id === request.id ? former : await outcomeOf(request, options)
  if (outcome !== former) await writeImportOutcome(dataDir, outcome)
  // What failed may be tried again with the files that were sent. The order goes last: nothing else would come back here.
  if (outcome.error === null) await removeSentFiles(dataDir)
  await forgetStagedImport(dataDir)
  runtime.log.info({ kind: request.source.kind, error: outcome.error?.code }, 'the ordered import has ended')
  return true
}

async function outcomeOf(request: StagedImport, options: RunStaged): Promise<ImportOutcome> {
  const { dataDir, runtime } = options
  const ended = { version: 1 as const, id: request.id }
  const now = () => runtime.clock.now()
  if (request.attempts >= MOST_ATTEMPTS) return { ...ended, at: now(), report: null, error: brokenOff }
  await writeStagedImport(dataDir, { ...request, attempts: request.attempts + 1 })
  try {
    return { ...ended, at: now(), report: await importAll(request, options), error: null }
  } catch (error) {
    runtime.log.error({ err: error }, 'the ordered import has failed')
    const { code, message, fix } = error instanceof OperatorError ? error : unexpected
    return { ...ended, at: now(), report: null, error: { code, message, fix } }
  }
}

async function importAll(request: StagedImport, options: RunStaged): Promise<ImportReport> {
  const { dataDir, runtime, sealer, sealingKey, tell } = options
  const storage = await options.openStorage()
  try {
    const world = { dataDir, runtime, storage, sealingKey }
    const choices = choicesOf(request)
    const plan = await planImport(sourceOf(request, sealer), world, { ...choices, without: ['data'] })
    for await (const event of runImport({ ...plan, choices }, world)) {
      if (event.type === 'progress') tell(event)
      else {
        const { keys, sections, findings, settings } = event.result
        return reportOf({
          ...plan,
          keys: [...keys],
          sections: [...sections],
          findings: [...findings],
          settings: [...settings],
        })
      }
    }
    throw new TypeError('an import ended without a result')
  } finally {
    await storage.close()
  }
}

function sourceOf({ source }: StagedImport, sealer: Sealer): ImportSource {
  const { kind, path, database, keys, withoutKeys, domain } = source
  return {
    ...{ kind, path },
    ...(database === undefined ? {} : { database: sealer.unseal(database.sealed) }),
    ...(keys === undefined ? {} : { keys }),
    ...(withoutKeys === undefined ? {} : { withoutKeys }),
    ...(domain === undefined ? {} : { domain }),
  }
}

function choicesOf({ choices: { replaceSettings, listen, without } }: StagedImport): ImportChoices {
  return {
    ...(replaceSettings === undefined ? {} : { replaceSettings }),
    ...(listen === undefined ? {} : { listen }),
    ...(without === undefined ? {} : { without }),
  }
}

const brokenOff = {
  code: 'import-broken-off',
  message: `The import was broken off ${MOST_ATTEMPTS} times: the machine or the process ended in the middle of it.`,
  fix: 'What was done stays, and another import does the rest. Look at the log and at free memory and disk first.',
}

const unexpected = {
  code: 'internal',
  message: 'Something broke in Signpost; its log has the reason.',
  fix: 'What was done stays, and another import does the rest.',
}

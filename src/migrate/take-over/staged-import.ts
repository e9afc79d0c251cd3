import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { systemErrorCode } from '../../config/file-error.ts'
import { replaceFile } from '../../config/write-file.ts'
import { takeOverFolder } from '../backup/own-files.ts'
import { sourceKinds } from '../import/source.ts'
import { importReportSchema } from './import-report.ts'

/*
 * An import that the console has ordered. It runs at the next start, before anything else: a running Signpost reads its
 * signing keys once, and would hold its database back from everybody while rows are written.
 */

const requestSchema = z.strictObject({
  version: z.literal(1),
  /** Of this order; its outcome carries the same. */
  id: z.string(),
  requestedAt: z.int(),
  /** How often it was begun. */
  attempts: z.int(),
  source: z.strictObject({
    kind: z.enum(sourceKinds),
    path: z.string(),
    /** May hold a password: sealed. */
    database: z.strictObject({ sealed: z.string() }).optional(),
    keys: z.string().optional(),
    withoutKeys: z.boolean().optional(),
    domain: z.string().optional(),
  }),
  choices: z.strictObject({
    replaceSettings: z.boolean().optional(),
    listen: z.enum(['ours', 'theirs']).optional(),
    without: z.array(z.enum(['keys', 'data', 'settings'])).optional(),
  }),
})

/** What became of it: a report, or why there is none. */
export const importOutcomeSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  at: z.int(),
  report: importReportSchema.nullable(),
  error: z.strictObject({ code: z.string(), message: z.string(), fix: z.string() }).nullable(),
})

export type StagedImport = z.output<typeof requestSchema>
export type ImportOutcome = z.output<typeof importOutcomeSchema>

const folder = (dataDir: string) => join(dataDir, takeOverFolder)
const requestFile = (dataDir: string) => join(folder(dataDir), 'request.json')
const outcomeFile = (dataDir: string) => join(folder(dataDir), 'outcome.json')

/** Files of the other server that were sent for the import. They hold its keys, and go when it is done. */
export const sentFiles = (dataDir: string) => join(folder(dataDir), 'files')

/** Null when none waits, or the file is none of ours. */
export const readStagedImport = (dataDir: string) => read(requestFile(dataDir), requestSchema)
export const writeStagedImport = (dataDir: string, request: StagedImport) =>
  write(dataDir, requestFile(dataDir), request)
export const forgetStagedImport = (dataDir: string) => rm(requestFile(dataDir), { force: true })

export const readImportOutcome = (dataDir: string) => read(outcomeFile(dataDir), importOutcomeSchema)
export const writeImportOutcome = (dataDir: string, outcome: ImportOutcome) =>
  write(dataDir, outcomeFile(dataDir), outcome)
export const forgetImportOutcome = (dataDir: string) => rm(outcomeFile(dataDir), { force: true })
export const removeSentFiles = (dataDir: string) => rm(sentFiles(dataDir), { recursive: true, force: true })

async function read<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || error instanceof SyntaxError) return null
    throw error
  }
}

/** Readable by Signpost's own user only. */
async function write(dataDir: string, path: string, content: object): Promise<void> {
  await mkdir(folder(dataDir), { recursive: true, mode: 0o700 })
  await replaceFile(path, JSON.stringify(content))
}

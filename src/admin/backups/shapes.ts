import { z } from 'zod'

/** What became of the trial of a backup, as far as it went; see `migrate/backup/trial.ts`. */
export const trial = z.strictObject({
  /** Milliseconds since the epoch. */
  at: z.number(),
  ok: z.boolean(),
  steps: z.array(
    z.strictObject({
      name: z.enum(['unpack', 'settings', 'start', 'keys', 'lookup']),
      ok: z.boolean(),
      detail: z.string(),
    }),
  ),
})

export const latestBackup = z.strictObject({
  /** The state of its data; milliseconds since the epoch. */
  createdAt: z.number(),
  file: z.string(),
  bytes: z.number(),
  rows: z.number(),
  trigger: z.enum(['daily', 'byHand']),
  /** Null while it is tried, or when it was not tried. */
  trial: trial.nullable(),
})

/** Why the latest attempt wrote nothing. */
export const failure = z.strictObject({
  at: z.number(),
  code: z.string(),
  message: z.string(),
  fix: z.string(),
})

export const backupFile = z.strictObject({
  name: z.string(),
  bytes: z.number(),
  /** When it was written; milliseconds since the epoch. */
  at: z.number(),
  /** Daily ones go when there are enough newer ones. */
  isDaily: z.boolean(),
  /** The one that the badge is about. */
  isLatest: z.boolean(),
})

export const backupHead = z.strictObject({
  /** Version of the program that wrote it. */
  program: z.string(),
  createdAt: z.number(),
  domain: z.string(),
  storage: z.enum(['sqlite', 'postgres']),
  rows: z.number(),
  /** The one that signs is the last. */
  publicKeys: z.array(z.strictObject({ id: z.string(), publicKey: z.string() })),
  /** False: none of its signing keys is one of this installation. */
  isOurs: z.boolean(),
})

/** The result of a job that makes a backup. */
export const madeBackup = z.strictObject({
  name: z.string(),
  bytes: z.number(),
  rows: z.number(),
  files: z.number(),
  trial: trial.nullable(),
})

/** The result of a job that prepares a restore. */
export const preparedRestore = z.strictObject({
  domain: z.string(),
  createdAt: z.number(),
  rows: z.number(),
  files: z.number(),
  /** Where the console is after it. */
  consoleUrl: z.string(),
  /** What had to be changed in `signpost.yaml`, one sentence each. */
  changes: z.array(z.string()),
  /** Paths in the settings that lead nowhere on this machine. */
  missingPaths: z.array(z.strictObject({ key: z.string(), path: z.string() })),
})

export type Trial = z.infer<typeof trial>
export type MadeBackup = z.infer<typeof madeBackup>
export type PreparedRestore = z.infer<typeof preparedRestore>

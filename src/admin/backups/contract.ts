import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { jobShape } from '../jobs/shapes.ts'
import { backupFile, backupHead, failure, latestBackup } from './shapes.ts'

/** The name of a file in the folder of backups; never a path. */
const params = z.strictObject({ name: z.string().regex(/^[^/\\]{1,200}\.signpost$/) })

/** The same for a file that is about to come: without what no file system or terminal should meet. */
const newName = z.strictObject({
  name: z
    .string()
    .regex(/^[^./\\:*?"<>|\p{Cc}\p{Bidi_Control}][^/\\:*?"<>|\p{Cc}\p{Bidi_Control}]{0,120}\.signpost$/u),
})

/** Left out: what the configuration says opens backups. It is used for this request alone. */
const key = z.strictObject({
  password: z.string().min(1).max(1_000).optional(),
  /** The text of a key file. */
  keyFile: z.string().min(1).max(200).optional(),
})

const job = z.strictObject({ job: jobShape })

export const backupsContract = describeRoutes({
  'GET /api/backups': {
    summary: 'Whether there is a backup one can rely on, how they are made, and which files there are.',
    access: 'session',
    answer: z.strictObject({
      /** `proven` alone means that a restore of the latest one was tried and went well. */
      badge: z.enum(['proven', 'unproven', 'old', 'none']),
      enabled: z.boolean(),
      hasKey: z.boolean(),
      latest: latestBackup.nullable(),
      /** The data of the latest proven backup is of this moment; milliseconds since the epoch. */
      provenAt: z.number().nullable(),
      failure: failure.nullable(),
      /** Where they go, on the server. */
      folder: z.string(),
      /** The newest first. */
      files: z.array(backupFile),
      /** Why the folder cannot be read, as a sentence; null when it can. */
      folderProblem: z.string().nullable(),
      /** How much still fits on the disk of that folder, in bytes; null where nobody knows. */
      free: z.number().nullable(),
      /** A restore is ready, and counts from the next start on. */
      restoreWaits: z.boolean(),
      canRestart: z.boolean(),
    }),
  },
  'POST /api/backups': {
    summary: 'Makes a backup now and tries it, as a job.',
    access: 'session',
    answer: job,
    changes: 'backups.make',
  },
  'GET /api/backups/{name}/file': {
    summary: 'The file itself, which is encrypted.',
    access: 'session',
    params,
    // The bytes of the file; they are no JSON.
    answer: z.string(),
  },
  'PUT /api/backups/{name}/file': {
    summary: 'Puts a backup of another place into the folder of backups.',
    access: 'session',
    params: newName,
    takesFile: true,
    /** The name that it has now: another one where that was taken, or means a daily backup. */
    answer: z.strictObject({ name: z.string() }),
    changes: 'backups.upload',
  },
  'POST /api/backups/{name}/look': {
    summary: 'What a backup says of itself.',
    access: 'session',
    params,
    body: key,
    answer: backupHead,
  },
  'POST /api/backups/{name}/try': {
    summary: 'Restores a backup into a scratch installation that has to answer, as a job.',
    access: 'session',
    params,
    body: key,
    answer: job,
    changes: 'backups.try',
  },
  'POST /api/backups/{name}/restore': {
    summary: 'Unpacks and compares a backup, as a job; at the next start it takes the place of everything.',
    access: 'confirmed',
    params,
    body: key,
    answer: job,
    changes: 'backups.restore',
  },
  'POST /api/backups/forget-restore': {
    summary: 'Forgets a restore that waits for the next start; everything stays as it is.',
    access: 'session',
    answer: z.strictObject({}),
    changes: 'backups.forget-restore',
  },
  'POST /api/backups/export': {
    summary: 'All rows of a table as text for other programs; nothing can be restored from it.',
    access: 'session',
    body: z.strictObject({ table: z.enum(['associations', 'invitations']), format: z.enum(['csv', 'json']) }),
    answer: z.strictObject({ fileName: z.string(), text: z.string() }),
    changes: 'backups.export',
  },
  'DELETE /api/backups/{name}': {
    summary: 'Removes the file of a backup; not that of the latest one.',
    access: 'confirmed',
    params,
    answer: z.strictObject({}),
    changes: 'backups.remove',
  },
})

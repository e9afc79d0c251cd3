import { z } from 'zod'
import { key, secret } from '../types.ts'

/** Backups: where they go, when they are made, what opens them. */
export const backupSection = z.strictObject({
  enabled: key(z.boolean().default(false), {
    description: 'Make a backup every day. It needs a password or a key file.',
  }),
  folder: key(z.string().min(1).default('backups'), {
    description:
      'Where daily backups are kept, relative to the data directory. Another disk is a better place than this one.',
    example: '/mnt/backup/signpost',
  }),
  at: key(
    z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write hours and minutes: 03:00')
      .default('03:00'),
    {
      description:
        "Time of day, by this machine's clock. A backup that was missed is made after the next start.",
    },
  ),
  keep: z
    .strictObject({
      daily: key(z.int().min(1).default(7), {
        description: 'How many of the latest days have a backup kept.',
      }),
      weekly: key(z.int().min(0).default(4), {
        description: 'Of how many weeks, besides, the last backup is kept.',
      }),
    })
    .prefault({}),
  password: key(secret().nullable().default(null), {
    description:
      'Opens the backups. Keep it elsewhere as well: nobody can open a backup without it, and a copy that lies only in the backup is of no use.',
  }),
  keyFile: key(z.string().nullable().default(null), {
    description:
      'A file that opens the backups, in place of a password: signpost backup new-key FILE. Keep a copy elsewhere.',
    example: '/etc/signpost/backup.key',
  }),
})

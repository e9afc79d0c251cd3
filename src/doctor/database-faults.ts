import { operatorErrorCodes } from '../config/operator-error.ts'
import type { StorageErrorCode } from '../storage/storage-error.ts'
import type { Fault } from './check.ts'

/** Why a database cannot be used, by the codes that a start has for it. */
const causes = {
  'database-missing': [
    'warning',
    'Signpost was never started with this configuration.',
    'Start Signpost once: it makes the database.',
  ],
  'database-older': [
    'problem',
    'Signpost was updated and not started since.',
    'Start Signpost once: it upgrades the database.',
  ],
  'database-newer': [
    'problem',
    'An older Signpost was installed over a newer one.',
    'Start the version that the finding names, or restore a snapshot from before the upgrade.',
  ],
  'database-locked': [
    'problem',
    'A database browser or a backup tool has the file open.',
    'Close that program.',
  ],
  'database-unreachable': [
    'problem',
    'PostgreSQL does not run, or the address is wrong.',
    'Start PostgreSQL, and check storage.url.',
  ],
  'database-refused': [
    'problem',
    'The login or its rights are wrong.',
    'Check the user, the password and the database name in storage.url.',
  ],
  'database-foreign': [
    'problem',
    'storage.path or storage.url names a database of another program.',
    'Name a file that does not exist yet, or an empty database.',
  ],
  'database-corrupt': [
    'problem',
    'The disk or the machine lost something that it had confirmed.',
    'Stop Signpost, keep a copy of the file, then restore the latest backup or a file from snapshots/; have the disk checked.',
  ],
  'database-not-writable': [
    'problem',
    'The file belongs to another user.',
    'Give the data directory to the user that runs Signpost: chown -R signpost: DIR',
  ],
  'network-file-system': [
    'problem',
    'The data directory is mounted from another machine.',
    'Move the data directory to a local disk, or use PostgreSQL (storage.type: postgres).',
  ],
} as const satisfies Partial<Record<StorageErrorCode, readonly [Fault['status'], string, string]>>

export type DatabaseFault = keyof typeof causes

/** One fault for each reason for which a start refuses a database. */
export const databaseFaults = Object.fromEntries(
  Object.entries(causes).map(([code, [status, cause, fix]]) => {
    const { meaning } = operatorErrorCodes[code as DatabaseFault]
    return [code, { status, meaning, cause, fix }]
  }),
) as Record<DatabaseFault, Fault>

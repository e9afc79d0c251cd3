import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { freeBytes } from '../../config/disk-space.ts'
import type { Config } from '../../config/schema.ts'
import type { SecretReader } from '../../config/secrets.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import type { Backups } from '../../migrate/backup/daily-backups.ts'
import { parseKeyFile, type BackupKey } from '../../migrate/backup/file/key.ts'
import { configuredKey } from '../../migrate/backup/perform-backup.ts'
import { readHead } from '../../migrate/backup/read-backup.ts'
import { readHeadIfWhole } from '../../migrate/backup/retry-backup.ts'
import { forgetRestore, restoreWaits } from '../../migrate/backup/restore/restore-backup.ts'
import { backupStatus } from '../../migrate/backup/status.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { backupJob, restoreJob, trialJob } from './backup-jobs.ts'
import type { backupsContract } from './contract.ts'
import { exportText } from './export-text.ts'
import { listBackups } from './folder.ts'
import { keepBackup } from './keep-backup.ts'
import { sendBackup } from './send-backup.ts'

export interface BackupsAreaOptions {
  readonly dataDir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly runtime: Runtime
  readonly storage: Storage
  readonly config: () => Config
  readonly secrets: SecretReader
  readonly keyRing: Pick<KeyRing, 'list'>
  readonly backups: Pick<Backups, 'now' | 'tryAgain'>
  readonly jobs: Jobs
  /** Null where nobody can start this process anew. */
  readonly requestRestart: (() => void) | null
}

export function createBackupsHandlers(options: BackupsAreaOptions): Handlers<typeof backupsContract> {
  const { dataDir, env, runtime, storage, config, secrets, keyRing, backups, jobs } = options
  const folder = () => resolve(dataDir, config().backup.folder)

  async function placeOf(name: string): Promise<string> {
    const { files } = await listBackups(folder())
    if (!files.some((file) => file.name === name)) throw new AdminError('not-found')
    return join(folder(), name)
  }

  async function keyOf({ password, keyFile }: SentKey): Promise<BackupKey> {
    if (password !== undefined) return { password }
    if (keyFile !== undefined) return parseKeyFile(keyFile) ?? refuseKeyFile()
    const key = await configuredKey(config(), dataDir, secrets)
    if (key === null) throw needsPassword()
    return key
  }

  return {
    async 'GET /api/backups'() {
      const { badge, enabled, hasKey, latest, provenAt, failure } = await backupStatus(
        storage,
        config(),
        runtime.clock.now(),
      )
      const { files, problem } = await listBackups(folder())
      return {
        ...{ badge, enabled, hasKey, latest, provenAt, failure, folder: folder(), folderProblem: problem },
        // The folder is not there yet, or cannot be read.
        free: await freeBytes(folder()).catch(() => null),
        files: files.map((file) => ({ ...file, isLatest: join(folder(), file.name) === latest?.file })),
        restoreWaits: await restoreWaits(dataDir),
        canRestart: options.requestRestart !== null,
      }
    },

    async 'POST /api/backups'() {
      if ((await configuredKey(config(), dataDir, secrets)) === null) throw needsPassword()
      return { job: jobs.start(backupJob(backups)) }
    },

    async 'GET /api/backups/{name}/file'({ params: { name } }, { reply }) {
      await sendBackup(reply, await placeOf(name), name)
      return ''
    },

    async 'PUT /api/backups/{name}/file'({ params }, { file, note }) {
      const name = await keepBackup(file, { folder: folder(), name: params.name, runtime })
      note({ target: name, after: { bytes: file.bytes } })
      return { name }
    },

    async 'POST /api/backups/{name}/look'({ params: { name }, body }) {
      const head = await readHead(await placeOf(name), await keyOf(body))
      const { program, createdAt, domain, storage: kind, rows, publicKeys } = head
      const own = new Set(keyRing.list().map(({ publicKey }) => publicKey))
      const isOurs = publicKeys.some(({ publicKey }) => own.has(publicKey))
      return { program, createdAt, domain, storage: kind, rows, publicKeys, isOurs }
    },

    async 'POST /api/backups/{name}/try'({ params: { name }, body }, { note }) {
      const order = { file: await placeOf(name), key: await keyOf(body) }
      // A wrong password is told at once, not by the job.
      await readHeadIfWhole(order.file, order.key)
      note({ target: name })
      return { job: jobs.start(trialJob(backups, order)) }
    },

    async 'POST /api/backups/{name}/restore'({ params: { name }, body }, { note }) {
      const order = { file: await placeOf(name), key: await keyOf(body) }
      const { domain, createdAt } = await readHead(order.file, order.key)
      note({ target: name, after: { domain, createdAt } })
      return { job: jobs.start(restoreJob({ ...order, dataDir, env, runtime })) }
    },

    async 'POST /api/backups/forget-restore'() {
      await forgetRestore(dataDir)
      return {}
    },

    async 'POST /api/backups/export'({ body: { table, format } }, { note }) {
      const day = new Date(runtime.clock.now()).toISOString().slice(0, 10)
      const fileName = `signpost-${table}-${day}.${format}`
      note({ target: table, after: { format } })
      return { fileName, text: await exportText(storage, table, format) }
    },

    async 'DELETE /api/backups/{name}'({ params: { name } }, { note }) {
      const place = await placeOf(name)
      const { latest } = await backupStatus(storage, config(), runtime.clock.now())
      if (latest?.file === place) throw latestStays()
      await rm(place)
      note({ target: name })
      return {}
    },
  }
}

interface SentKey {
  readonly password?: string | undefined
  readonly keyFile?: string | undefined
}

function refuseKeyFile(): never {
  throw new AdminError('invalid', {
    problems: [
      {
        path: 'keyFile',
        message: 'This file holds no key (32 bytes in base64).',
        fix: 'Choose the key file that was in use when the backup was made.',
      },
    ],
  })
}

const needsPassword = () =>
  new AdminError('not-possible', {
    message: 'Backups are encrypted, and nothing says with which password.',
    fix: 'Set a password or a key file for backups first.',
    params: { reason: 'no-backup-key' },
  })

const latestStays = () =>
  new AdminError('not-possible', {
    message: 'This is the latest backup, and the one that the badge is about.',
    fix: 'Make another one first.',
    params: { reason: 'latest-backup' },
  })

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { notABackup } from '../../migrate/backup/errors.ts'
import { beginsLikeBackup } from '../../migrate/backup/file/header.ts'
import { backupEnding } from '../../migrate/backup/own-files.ts'
import { timeOfDaily } from '../../migrate/backup/retention.ts'
import type { Runtime } from '../../runtime.ts'
import type { SentFile } from '../api/sent-file.ts'
import { receiveFile } from '../uploads/receive-file.ts'

export interface KeepBackup {
  readonly folder: string
  readonly name: string
  readonly runtime: Runtime
}

/** More than an organisation has; a wrong file ends before it fills a large disk. */
const MAX_BYTES = 64 * 1024 ** 3

/** Puts a backup that is sent into the folder, and says under which name. Throws what `receiveFile` throws. */
export async function keepBackup(file: SentFile, { folder, name, runtime }: KeepBackup): Promise<string> {
  const kept = await freeName(folder, name)
  await receiveFile({
    ...{ file, runtime, maxBytes: MAX_BYTES, path: join(folder, kept) },
    checkStart: (start) => {
      if (!beginsLikeBackup(start)) throw notABackup(name)
    },
  })
  return kept
}

/** A name that nothing has yet. Daily backups go by themselves when there are newer ones; this one stays. */
async function freeName(folder: string, wanted: string): Promise<string> {
  const name = timeOfDaily(wanted) === null ? wanted : `uploaded-${wanted}`
  for (let number = 1; ; number++) {
    const tried = number === 1 ? name : `${name.slice(0, -backupEnding.length)} (${number})${backupEnding}`
    if ((await stat(join(folder, tried)).catch(() => null)) === null) return tried
  }
}

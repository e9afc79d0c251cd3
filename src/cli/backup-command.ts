import { resolve } from 'node:path'
import { loadConfig } from '../config/load.ts'
import { explainSystemError, systemErrorCode, systemErrorFix } from '../config/file-error.ts'
import { OperatorError } from '../config/operator-error.ts'
import { createKeyFile } from '../migrate/backup/file/key.ts'
import { inspectBackup } from '../migrate/backup/inspect-backup.ts'
import { configuredKey, performBackup, type PerformedBackup } from '../migrate/backup/perform-backup.ts'
import { backupStatus } from '../migrate/backup/status.ts'
import { systemRandom } from '../system.ts'
import { askPassword, keyOptions, namedKey, type KeyWords } from './backup-key.ts'
import { describeContents, describeStatus, megabytes } from './backup-report.ts'
import { exitCodes } from './config-commands.ts'
import { withData, type DataContext } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = `Usage: signpost backup [FILE] [--no-trial] [KEY]     make a backup, in the configured folder or as FILE
       signpost backup show FILE [KEY]               what is in it, and that it is undamaged
       signpost backup status                        the latest one, and whether it was proven
       signpost backup new-key FILE                  make a key file

KEY: --key-file FILE, --password-file FILE or SIGNPOST_BACKUP_PASSWORD; else what the configuration says (backup.password
or backup.keyFile), else the password is asked for.`

/** `signpost backup`. */
export async function runBackupCommand(args: readonly string[], io: DataContext): Promise<number> {
  try {
    const { values, positionals } = parseWords(args, {
      ...keyOptions,
      'no-trial': { type: 'boolean' },
      help: { type: 'boolean' },
    })
    const [first, second, ...more] = positionals
    if (values.help === true || more.length > 0) throw new UsageError(usage)
    if (first === 'status' && second === undefined) return await showStatus(io)
    if (first === 'show' && second !== undefined) return await show(io, resolve(second), values)
    if (first === 'new-key' && second !== undefined) return await makeKey(io, resolve(second))
    if (second !== undefined || first === 'show' || first === 'new-key') throw new UsageError(usage)
    return await make(io, first, values['no-trial'] !== true, values)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.err(error.message)
    return exitCodes.usage
  }
}

async function make(
  io: DataContext,
  file: string | undefined,
  trial: boolean,
  words: KeyWords,
): Promise<number> {
  return await withData(io, async ({ config, storage, runtime, secrets }) => {
    const key =
      (await namedKey(words, io.env)) ??
      (await configuredKey(config, io.dataDir, secrets)) ??
      (await askPassword(io, 'A password for the backup (it is not shown):'))
    const { values } = await loadConfig(io.dataDir)
    const backup = await performBackup({
      ...{ source: { dataDir: io.dataDir, config, values, storage, runtime }, key, trigger: 'byHand', trial },
      ...(file === undefined ? {} : { file: resolve(file) }),
    })
    return tell(io, backup)
  })
}

function tell(io: DataContext, { file, bytes, rows, files, trial }: PerformedBackup): number {
  if (io.json) io.out(JSON.stringify({ file, bytes, rows, files, trial }))
  else {
    io.out(`${file}: ${rows} rows and ${files} files, ${megabytes(bytes)}.`)
    for (const { ok, detail } of trial?.steps ?? []) io.out(`  ${ok ? 'ok     ' : 'FAILED '} ${detail}`)
  }
  if (trial === null || trial.ok) return exitCodes.fine
  io.err('The backup was written, and could not be restored on trial. Do not rely on it.')
  return exitCodes.unexpected
}

async function show(io: DataContext, file: string, words: KeyWords): Promise<number> {
  const key = (await namedKey(words, io.env)) ?? (await askPassword(io, 'The password of the backup:'))
  const contents = await inspectBackup(file, key)
  if (io.json) io.out(JSON.stringify(contents))
  else for (const line of describeContents(contents)) io.out(line)
  return exitCodes.fine
}

async function showStatus(io: DataContext): Promise<number> {
  return await withData(io, async ({ config, storage, runtime }) => {
    const status = await backupStatus(storage, config, runtime.clock.now())
    if (io.json) io.out(JSON.stringify(status))
    else for (const line of describeStatus(status)) io.out(line)
    return exitCodes.fine
  })
}

async function makeKey(io: DataContext, file: string): Promise<number> {
  await createKeyFile(file, systemRandom).catch((cause: unknown) => {
    if (systemErrorCode(cause) === undefined) throw cause
    const exists = systemErrorCode(cause) === 'EEXIST'
    throw new OperatorError('output-unwritable', {
      tried: `write the key file ${file}`,
      likelyCause: exists ? 'There is a file of this name.' : explainSystemError(cause, file),
      fix: exists ? 'Choose another name.' : systemErrorFix(cause, file, 'write'),
      cause,
    })
  })
  if (io.json) io.out(JSON.stringify({ file }))
  else {
    io.out(`${file} opens the backups that are made with it. Keep a copy where no backup is.`)
    io.out(`For the daily ones: signpost config set backup.keyFile ${file}`)
  }
  return exitCodes.fine
}

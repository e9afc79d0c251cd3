import { resolve } from 'node:path'
import { inspectBackup } from '../migrate/backup/inspect-backup.ts'
import { restoreBackup, type Restored } from '../migrate/backup/restore/restore-backup.ts'
import type { Into } from '../migrate/backup/restore/restored-settings.ts'
import { askPassword, keyOptions, namedKey } from './backup-key.ts'
import { describeContents } from './backup-report.ts'
import { commandRuntime } from './command-runtime.ts'
import { exitCodes } from './config-commands.ts'
import type { DataContext } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = `Usage: signpost restore FILE [--data DIR] [--into sqlite|postgres] [--postgres-url URL] [KEY]
       signpost restore FILE --look [KEY]     what is in it; nothing is changed

Puts the backup in the place of everything in the data directory; what was there is kept in its folder "replaced".
Stop Signpost first.

--into sqlite             the database goes into the data directory, whatever the settings say
--into postgres           it goes into the empty database of --postgres-url (or SIGNPOST_POSTGRES_URL)
KEY: --key-file FILE, --password-file FILE or SIGNPOST_BACKUP_PASSWORD; else the password is asked for.`

/** `signpost restore`. */
export async function runRestoreCommand(args: readonly string[], io: DataContext): Promise<number> {
  try {
    const { values, positionals } = parseWords(args, {
      ...keyOptions,
      into: { type: 'string' },
      'postgres-url': { type: 'string' },
      look: { type: 'boolean' },
      help: { type: 'boolean' },
    })
    const [file, ...more] = positionals
    if (values.help === true || file === undefined || more.length > 0) throw new UsageError(usage)
    const into = readInto(values.into, values['postgres-url'] ?? io.env['SIGNPOST_POSTGRES_URL'])
    const key = (await namedKey(values, io.env)) ?? (await askPassword(io, 'The password of the backup:'))
    if (values.look === true) {
      const contents = await inspectBackup(resolve(file), key)
      if (io.json) io.out(JSON.stringify(contents))
      else for (const line of describeContents(contents)) io.out(line)
      return exitCodes.fine
    }
    const restored = await restoreBackup({
      ...{
        file: resolve(file),
        key,
        dataDir: io.dataDir,
        runtime: commandRuntime(),
        env: io.env,
        when: 'now',
      },
      ...(into === undefined ? {} : { into }),
    })
    tell(io, restored)
    return exitCodes.fine
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.err(error.message)
    return exitCodes.usage
  }
}

function readInto(kind: string | undefined, url: string | undefined): Into | undefined {
  if (kind === undefined) return undefined
  if (kind === 'sqlite') return { type: 'sqlite' }
  if (kind === 'postgres' && url !== undefined) return { type: 'postgres', url }
  throw new UsageError(usage)
}

function tell(io: DataContext, restored: Restored): void {
  if (io.json) {
    io.out(JSON.stringify(restored))
    return
  }
  const { domain, createdAt, rows, files, former, changes, missingPaths } = restored
  io.out(
    `${io.dataDir} is ${domain} as of ${new Date(createdAt).toISOString()}: ${rows} rows, ${files} files.`,
  )
  if (former !== null) io.out(`What was there before is kept in ${former}.`)
  for (const change of changes) io.out(`Changed in signpost.yaml: ${change}.`)
  for (const { key, path } of missingPaths) io.out(`${key} names ${path}, which does not exist here.`)
}

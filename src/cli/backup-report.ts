import type { BackupContents } from '../migrate/backup/inspect-backup.ts'
import type { BackupStatus } from '../migrate/backup/status.ts'

export const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`

const time = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ') + ' UTC'

/** What is in a backup, as lines. */
export function describeContents(contents: BackupContents): readonly string[] {
  const { program, createdAt, domain, publicKeys, files, tables, paths } = contents
  return [
    `${domain}, as of ${time(createdAt)}, written by Signpost ${program}. Undamaged.`,
    ...publicKeys.map(({ id, publicKey }) => `  key    ${id}  ${publicKey}`),
    ...tables.filter(({ rows }) => rows > 0).map(({ name, rows }) => `  rows   ${name}: ${rows}`),
    ...files.map(({ path, bytes }) => `  file   ${path} (${bytes} bytes)`),
    ...paths.map(
      ({ key, path }) => `  names  ${path} (${key}), which is not in the backup unless listed above`,
    ),
  ]
}

const badges = {
  proven: 'Proven: it was restored on trial, and answered with the right key.',
  unproven: 'Not proven: it was not restored on trial, or that failed.',
  old: 'Old: no backup was made for two days.',
  none: 'There is no backup yet.',
}

export function describeStatus({ badge, latest, failure, enabled, hasKey }: BackupStatus): readonly string[] {
  return [
    ...(latest === null
      ? []
      : [`${latest.file}, as of ${time(latest.createdAt)}, ${megabytes(latest.bytes)}`]),
    badges[badge],
    ...(latest?.trial ?? { steps: [] }).steps.filter(({ ok }) => !ok).map(({ detail }) => `  ${detail}`),
    ...(failure === null
      ? []
      : [`The last attempt failed at ${time(failure.at)}: ${failure.message} ${failure.fix}`]),
    ...(enabled ? [] : ['Daily backups are switched off: signpost config set backup.enabled true']),
    ...(hasKey ? [] : ['There is no password for them yet: signpost config set backup.password PASSWORD']),
  ]
}

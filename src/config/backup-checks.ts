import type { Finding } from './problems.ts'
import type { Config } from './schema.ts'

/** A backup is opened by one thing, and is made only where there is one. */
export function* checkBackup({ backup }: Config): Iterable<Finding> {
  if (backup.password !== null && backup.keyFile !== null) {
    yield {
      keys: ['backup', 'keyFile'],
      message: 'There is a password as well as a key file.',
      fix: 'Take one of them out.',
    }
  }
  if (backup.enabled && backup.password === null && backup.keyFile === null) {
    yield {
      keys: ['backup', 'enabled'],
      message: 'Backups are encrypted, and neither backup.password nor backup.keyFile says with what.',
      fix: 'Set a password: signpost config set backup.password PASSWORD - and write it down elsewhere.',
    }
  }
}

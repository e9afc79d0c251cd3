import { checkIntegrity } from '../storage/integrity.ts'
import { openSqliteReader } from '../storage/sqlite.ts'

/*
 * A process of its own that reads a whole SQLite database: it takes seconds per gigabyte, in which a process does nothing
 * else, and nothing but its end interrupts it.
 */

process.once('message', (file: string) => {
  void check(file).then(
    (report) => process.send?.(report, () => process.exit(0)),
    () => process.exit(1),
  )
})

async function check(file: string) {
  const db = openSqliteReader(file)
  try {
    return await checkIntegrity({ kind: 'sqlite', db })
  } finally {
    await db.destroy()
  }
}

import { BackendFailure } from '../failure.ts'
import type { DirectoryDatabase } from '../sql/database.ts'

/**
 * Columns of the users by which an account is out of use: BuddyPress marks accounts that are not activated yet or spam
 * by `user_status`, a network of sites has columns of its own.
 */
const marks = ['user_status', 'spam', 'deleted'] as const

/**
 * Condition on `users u`: accounts without a mark.
 * Throws `BackendFailure` `forbidden` for a column that is there and may not be read: everybody who is marked in it would
 * be found. @param visible columns that the information schema shows
 */
export async function isUnmarked(
  database: DirectoryDatabase,
  users: string,
  visible: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string> {
  for (const mark of marks) {
    if (!visible.has(mark)) await proveMissing(database, users, mark, signal)
  }
  return ['true', ...marks.filter((mark) => visible.has(mark)).map((mark) => `u.${mark} = 0`)].join(' AND ')
}

/**
 * The information schema hides a column that may not be read as if it were not there, and to a login with rights for
 * single columns MariaDB calls a missing one forbidden too. But a name that a subquery's table does not have is that of
 * the query around it: this fails only where the column is there.
 */
async function proveMissing(
  database: DirectoryDatabase,
  users: string,
  mark: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await database.query(
      `SELECT (SELECT ${mark} FROM ${users} LIMIT 1) AS value FROM (SELECT 0 AS ${mark}) o`,
      {},
      signal,
    )
  } catch (error) {
    if (!(error instanceof BackendFailure) || error.code !== 'forbidden') throw error
    throw new BackendFailure(
      'forbidden',
      `The login may not read ${mark} of ${users}, which marks accounts that nobody is to find.`,
      `In the database of the site run: GRANT SELECT (${mark}) ON ${users} TO the user of this backend`,
      error,
    )
  }
}

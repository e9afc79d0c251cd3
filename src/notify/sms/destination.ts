import type { Kysely } from 'kysely'
import type { Config } from '../../config/schema.ts'
import { MatrixError } from '../../matrix/errors.ts'
import type { PhoneNumber } from '../../matrix/phone.ts'
import type { Database } from '../../storage/schema.ts'

const DAY_MS = 86_400_000

/**
 * Refuses numbers that no message is sent to, and stops sending when the day's budget is spent: a text message costs
 * money, and some numbers pay whoever makes others send to them.
 * @throws MatrixError `M_SEND_ERROR`, `M_DESTINATION_REJECTED`, `M_LIMIT_EXCEEDED`.
 */
export async function checkDestination(
  db: Kysely<Database>,
  config: Config['notifications']['sms'],
  number: PhoneNumber,
  now: number,
): Promise<void> {
  if (config.transport === 'none') {
    throw new MatrixError('M_SEND_ERROR', { message: 'This server sends no text messages.' })
  }
  const { country } = number
  const listed =
    config.allowCountries.length === 0 || (country !== null && config.allowCountries.includes(country))
  const denied = country !== null && config.denyCountries.includes(country)
  if (!listed || denied) throw new MatrixError('M_DESTINATION_REJECTED')
  const { sent } = await db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('sent'))
    .where('kind', '=', 'sms')
    .where('created_at', '>', now - DAY_MS)
    .executeTakeFirstOrThrow()
  if (Number(sent) >= config.dailyLimit) {
    throw new MatrixError('M_LIMIT_EXCEEDED', {
      message: 'No more text messages are sent today.',
      headers: { 'retry-after': '3600' },
    })
  }
}

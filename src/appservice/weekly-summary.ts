import type { Kysely } from 'kysely'
import type { Database } from '../storage/schema.ts'

/** What happened since then, for the admin room. */
export async function weekInWords(db: Kysely<Database>, since: number): Promise<string> {
  const states = await db
    .selectFrom('invitation_history')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('at', '>', since)
    .groupBy('state')
    .execute()
  const of = (state: string) => Number(states.find((row) => row.state === state)?.count ?? 0)
  const bound = await db
    .selectFrom('associations')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('bound_at', '>', since)
    .executeTakeFirstOrThrow()
  const failed = await db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'failed')
    .where('kind', '<>', 'appservice')
    .where('finished_at', '>', since)
    .executeTakeFirstOrThrow()
  return [
    'The last seven days',
    `Invitations by address: ${of('pending')} made, ${of('delivered')} delivered, ${of('expired')} expired, ${of('revoked')} revoked, ${of('failed')} failed`,
    `Addresses bound: ${Number(bound.count)}`,
    `Messages and deliveries that failed: ${Number(failed.count)}`,
  ].join('\n')
}

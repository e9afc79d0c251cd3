import type { AskedBackend } from '../../backends/ask.ts'
import { countInvitations } from '../../invitations/list.ts'
import type { OutboxState } from '../../storage/schema.ts'
import type { Storage } from '../../storage/storage.ts'
import { version } from '../../version.ts'

export interface StatusCommandOptions {
  readonly storage: Storage
  readonly backends: readonly AskedBackend[]
}

/** `!status`: what waits, what failed, who does not answer. */
export async function tellStatus({ storage, backends }: StatusCommandOptions): Promise<string> {
  const [invitations, waiting, failed] = await Promise.all([
    countInvitations(storage.db),
    countMessages(storage, ['queued', 'sending']),
    countMessages(storage, ['failed']),
  ])
  const down = backends.filter((backend) => backend.state().breaker !== 'closed').map(({ id }) => id)
  return [
    `Signpost ${version}`,
    `Invitations: ${invitations.pending ?? 0} waiting for their people, ${invitations.resolved ?? 0} on their way, ${invitations.failed ?? 0} failed`,
    `Messages and deliveries: ${waiting} waiting, ${failed} failed`,
    down.length === 0 ? 'All directories answer.' : `Directories that do not answer: ${down.join(', ')}`,
  ].join('\n')
}

/** Without the bot's own answers, of which this will be one. */
async function countMessages({ db }: Storage, states: readonly OutboxState[]): Promise<number> {
  const row = await db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', 'in', states)
    .where('kind', '<>', 'appservice')
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

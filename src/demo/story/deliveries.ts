import { listOutbox, type OutboxSummary } from '../../notify/outbox.ts'
import { eventually } from '../eventually.ts'
import type { Plot } from './plot.ts'

/** Waits until the newest delivery to a homeserver has come so far. */
export async function deliveryThat(
  { world, signal }: Plot,
  what: string,
  isSoFar: (delivery: OutboxSummary) => boolean,
): Promise<OutboxSummary> {
  return await eventually(
    async () => {
      const [newest] = await listOutbox(world.appliance.storage.db, { kind: 'onbind', limit: 1 })
      return newest !== undefined && isSoFar(newest) ? newest : null
    },
    { what, signal },
  )
}

import { maskText } from '../../activity/masking.ts'
import { STORAGE_LIMIT_MS, type DoctorCheck, type Faults, type Result } from '../check.ts'
import { ageOf } from '../durations.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld } from '../world.ts'

const faults = {
  'outbox-backlog': {
    status: 'problem',
    meaning: 'Mails, text messages or invitations wait that should have reached somebody long ago.',
    cause: 'The mail server, the gateway or a homeserver refuses them or does not answer.',
    fix: 'See what the last attempt met; the findings about mail and the homeserver say more. They go out by themselves once it works.',
  },
  'outbox-standing': {
    status: 'problem',
    meaning: 'Deliveries are due and nobody tries them.',
    cause: 'Signpost does not run, or hangs.',
    fix: 'Start it or restart it: systemctl restart signpost',
  },
  'outbox-failed': {
    status: 'warning',
    meaning: 'Deliveries of the last days were given up.',
    cause: 'A mailbox does not exist, or a server refused for longer than notifications.giveUpAfter.',
    fix: 'Mend what the last error names, then invite or verify again; signpost invitations list --state failed shows invitations.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

const LATE_MS = 15 * 60_000
/** Due for longer than this, somebody would have tried. */
const STANDING_MS = 5 * 60_000
const LOOK_BACK_MS = 3 * 86_400_000

const names: Readonly<Record<string, string>> = {
  email: 'mails',
  sms: 'text messages',
  onbind: 'deliveries to homeservers',
}

export const outbox: DoctorCheck = {
  code: 'outbox',
  area: 'deliveries',
  title: 'what waits to be delivered',
  faults,
  limitMs: STORAGE_LIMIT_MS,
  async run(world) {
    const { db } = await world.storage.need()
    const now = world.runtime.clock.now()
    const waiting = await db
      .selectFrom('outbox')
      .select(['kind', 'attempts', 'created_at', 'next_attempt_at', 'last_error'])
      .where('state', 'in', ['queued', 'sending'])
      .orderBy('created_at')
      .limit(1_000)
      .execute()
    const results = [
      ...byKind(waiting).flatMap(([kind, rows]) => ofWaiting(kind, rows, now)),
      ...(await ofFailed(world, now)),
    ]
    if (results.length > 0) return results
    return [fine('outbox', waiting.length === 0 ? 'Nothing waits.' : `${waiting.length} on their way.`)]
  },
}

interface Waiting {
  readonly kind: string
  readonly attempts: number
  readonly created_at: number
  readonly next_attempt_at: number
  readonly last_error: string | null
}

const byKind = (rows: readonly Waiting[]) => [...Map.groupBy(rows, ({ kind }) => kind)]

/** `rows`: of one kind, the oldest first. */
function ofWaiting(kind: string, rows: readonly Waiting[], now: number): readonly Result[] {
  const standing = rows.filter(({ next_attempt_at }) => next_attempt_at < now - STANDING_MS)
  const count = (number: number) => `${number} ${names[kind] ?? kind}`
  if (standing.length > 0) {
    const since = Math.min(...standing.map(({ next_attempt_at }) => next_attempt_at))
    const detail = `${count(standing.length)} due for ${ageOf(now - since)}.`
    return [found('outbox-standing', { subject: kind, detail })]
  }
  const late = rows.filter(({ created_at }) => created_at < now - LATE_MS)
  const [oldest] = late
  if (oldest === undefined) return []
  const error = late.find(({ last_error }) => last_error !== null)?.last_error ?? null
  const why = error === null ? '' : ` Last error: ${maskText(error)}`
  const detail = `${count(late.length)} waiting, the oldest for ${ageOf(now - oldest.created_at)}, tried ${oldest.attempts} times.${why}`
  return [found('outbox-backlog', { subject: kind, detail })]
}

async function ofFailed({ storage }: DoctorWorld, now: number): Promise<readonly Result[]> {
  const { db } = await storage.need()
  const rows = await db
    .selectFrom('outbox')
    .select(['kind', 'last_error'])
    .where('state', '=', 'failed')
    .where('finished_at', '>', now - LOOK_BACK_MS)
    .orderBy('finished_at', 'desc')
    .limit(1_000)
    .execute()
  return [...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, failed]) => {
    const error = failed[0]?.last_error ?? 'none was kept'
    const detail = `${failed.length} ${names[kind] ?? kind} in ${ageOf(LOOK_BACK_MS)}. Last error: ${maskText(error)}`
    return found('outbox-failed', { subject: kind, detail })
  })
}

import { maskText } from '../../activity/masking.ts'
import { STORAGE_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { ageOf } from '../durations.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'invitations-stuck': {
    status: 'problem',
    meaning: 'Invitations have found their people, but do not become invitations in rooms.',
    cause: 'The homeserver of these people does not take them.',
    fix: 'See why: signpost invitations list --state resolved; signpost invitations show ID - and what the check of the homeserver says.',
  },
} as const satisfies Faults

const found = reporterOf(faults)
const HOUR_MS = 3_600_000

export const invitations: DoctorCheck = {
  code: 'invitations',
  area: 'deliveries',
  title: 'invitations on their way to homeservers',
  faults,
  limitMs: STORAGE_LIMIT_MS,
  async run({ storage, runtime }) {
    const { db } = await storage.need()
    const now = runtime.clock.now()
    const stuck = await db
      .selectFrom('invitations')
      .select(['resolved_server', 'resolved_at', 'wait_reason'])
      .where('state', '=', 'resolved')
      .where('resolved_at', '<', now - HOUR_MS)
      .orderBy('resolved_at')
      .limit(1_000)
      .execute()
    const [oldest] = stuck
    if (oldest === undefined) return [fine('invitations', 'None is held up.')]
    const servers = [...new Set(stuck.map(({ resolved_server }) => resolved_server ?? 'unknown'))].slice(0, 5)
    const why = oldest.wait_reason === null ? '' : ` Reason: ${maskText(oldest.wait_reason)}`
    const detail = `${stuck.length} to ${servers.join(', ')}, the oldest for ${ageOf(now - (oldest.resolved_at ?? now))}.${why}`
    return [found('invitations-stuck', { detail })]
  },
}

import type { ActivityEntry } from '../log/entry.ts'
import type { ActivityRow } from '../log/row.ts'
import type { Counters } from './counters.ts'

/** What is counted besides the dependencies, which are counted under their ids. */
export const meterNames = {
  lookups: 'lookups',
  asked: 'lookups.asked',
  found: 'lookups.found',
  validationsStarted: 'validations.started',
  validationsFinished: 'validations.finished',
  bound: 'bound',
  unbound: 'unbound',
  sent: 'messages.sent',
  notSent: 'messages.failed',
  refused: 'refused',
} as const

/** Counts of states of invitations: `invitations.delivered`, ... */
export const invitationMeter = (state: string) => `invitations.${state}`

/** Counts what a row tells. Rows that only detail another one (`address`) count nothing. */
export function countEntry(counters: Counters, entry: ActivityEntry): void {
  const { kind, action, outcome, durationMs = 0, details = {} } = entry
  if (outcome === 'refused') counters.count(meterNames.refused)
  if (action === 'request' && (kind === 'lookup' || kind === 'federation-in')) {
    counters.measure(meterNames.lookups, durationMs, true)
    counters.count(meterNames.asked, Number(details['asked'] ?? 0))
    counters.count(meterNames.found, Number(details['found'] ?? 0))
    return
  }
  const name = plainMeter(entry)
  if (name !== null) counters.count(name)
}

function plainMeter({ kind, action, outcome }: ActivityEntry): string | null {
  if (kind === 'delivery' && action !== 'onbind') {
    if (outcome === 'ok') return meterNames.sent
    return outcome === 'failed' ? meterNames.notSent : null
  }
  if (outcome !== 'ok') return null
  if (kind === 'bind') return meterNames.bound
  if (kind === 'unbind') return meterNames.unbound
  if (kind !== 'validation') return null
  return action === 'started' ? meterNames.validationsStarted : meterNames.validationsFinished
}

export function countInvitations(counters: Counters, rows: readonly ActivityRow[]): void {
  for (const { kind, action, outcome } of rows) {
    if (kind === 'invitation' && outcome !== 'refused') counters.count(invitationMeter(action))
  }
}

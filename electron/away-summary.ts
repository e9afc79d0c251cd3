import type { AwayReport } from '../src/desktop/messages.ts'
import type { AwaySummary } from './ipc/contract.ts'

const MINUTE_MS = 60_000
/** A short nap is no news unless something happened in it. */
const WORTH_TELLING_MS = 10 * MINUTE_MS

/** What happened while the machine slept, in words; null when nobody has to know. */
export function summariseAway({ awayMs, deliveredLate, needsYou }: AwayReport): AwaySummary | null {
  if (awayMs < WORTH_TELLING_MS && deliveredLate === 0 && needsYou === 0) return null
  const parts = [
    `offline ${durationText(awayMs)}`,
    ...(deliveredLate === 0 ? [] : [`${countText(deliveredLate, 'invitation')} delivered late`]),
    ...(needsYou === 0 ? [] : [`${needsYou} ${needsYou === 1 ? 'needs' : 'need'} you`]),
  ]
  const [first = '', ...others] = parts
  const body = others.length === 0 ? first : `${first}; ${others.join(', ')}`
  return { title: 'While this machine slept', body: `${body.charAt(0).toUpperCase()}${body.slice(1)}.` }
}

const countText = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** `6 h 10 min`, `3 min`, `2 d 4 h`. */
export function durationText(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / MINUTE_MS))
  const hours = Math.floor(minutes / 60)
  const days = Math.floor(hours / 24)
  if (days > 0) return `${days} d ${hours % 24} h`
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}

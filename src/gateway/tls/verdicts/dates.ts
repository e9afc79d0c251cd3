import type { X509Certificate } from 'node:crypto'
import { verdict, type Verdict } from './catalogue.ts'

const DAY_MS = 86_400_000
/** From here on somebody should look: renewal happens at two thirds of the time, so this one was missed. */
const SOON_MS = 21 * DAY_MS

export const day = (date: Date) => date.toISOString().slice(0, 10)
const minute = (milliseconds: number) =>
  `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** Is the certificate valid at `now` (milliseconds since the epoch), and for how long still? Null when all is well. */
export function judgeDates(certificate: X509Certificate, now: number): Verdict | null {
  const begins = certificate.validFromDate.getTime()
  const ends = certificate.validToDate.getTime()
  if (now < begins) {
    return verdict(
      'not-yet-valid',
      `The certificate begins on ${minute(begins)}, and the clock of this machine says ${minute(now)}. Authorities do not issue ahead of time, so the clock is most likely wrong.`,
      'Set the clock: timedatectl set-ntp true (Windows: Settings, Time, Sync now). If it is right, use the former certificate until then.',
    )
  }
  if (now > ends) {
    return verdict(
      'expired',
      `The certificate ran out on ${minute(ends)}; the clock of this machine says ${minute(now)}.`,
      'Renew it, and look why that did not happen by itself (certbot renew; in mode acme: signpost tls status). If the date is wrong, set the clock: timedatectl set-ntp true',
    )
  }
  const left = ends - now
  if (left > Math.min(SOON_MS, (ends - begins) / 6)) return null
  return verdict(
    'expires-soon',
    `The certificate runs out on ${minute(ends)}, ${inWords(left)}.`,
    'Renew it now, and look why that did not happen by itself: certbot renew --dry-run; systemctl list-timers (in mode acme: signpost tls status)',
  )
}

function inWords(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY_MS)
  if (days > 1) return `in ${days} days`
  return days === 1 ? 'in a day' : 'in less than a day'
}

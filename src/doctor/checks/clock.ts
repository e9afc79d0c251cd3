import { LONG_LIMIT_MS, type DoctorCheck, type Faults } from '../check.ts'
import { NotPossible } from '../fact.ts'
import { fine, reporterOf } from '../results.ts'

const faults = {
  'clock-wrong': {
    status: 'problem',
    meaning:
      'The clocks of this machine and of the homeserver differ by more than a minute: certificates, signed lookups and one-time codes are then refused.',
    cause:
      'One of the two machines does not follow a time server, often after a sleep or in a virtual machine.',
    fix: 'See which one is wrong, on both: timedatectl - and let it follow a time server: timedatectl set-ntp true',
  },
} as const satisfies Faults

const found = reporterOf(faults)

/** The smallest tolerance that counts somewhere: signed lookups allow five minutes, ACME and cookies about one. */
const TOLERANCE_MS = 60_000
/** A Date header has whole seconds (RFC 9110, section 6.6.1). */
const HALF_SECOND_MS = 500

export const clock: DoctorCheck = {
  code: 'clock',
  area: 'clock',
  title: 'the clock, against the one of the homeserver',
  faults,
  limitMs: LONG_LIMIT_MS,
  async run({ homeserver }) {
    const { versions, askedAt, url } = await homeserver.need()
    const theirs = Date.parse(versions.headers['date'] ?? '')
    if (Number.isNaN(theirs)) throw new NotPossible('The homeserver does not tell its time.')
    const ahead = askedAt - (theirs + HALF_SECOND_MS)
    if (Math.abs(ahead) <= TOLERANCE_MS) return [fine('clock', 'It agrees with the one of the homeserver.')]
    const amount = `${Math.round(Math.abs(ahead) / 1000)} s ${ahead > 0 ? 'ahead of' : 'behind'}`
    return [found('clock-wrong', { detail: `This machine is ${amount} what ${new URL(url).host} says.` })]
  },
}

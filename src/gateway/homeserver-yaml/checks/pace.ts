import type { Edit, Seen } from '../finding.ts'
import type { ReaderWorld } from '../world.ts'

/** The defaults of Synapse's code; its generated documentation prints other ones. */
const inviteDefaults = { perSecond: 0.0025, burst: 5 }
const validationDefaults = { perSecond: 0.003, burst: 5 }

/** How many somebody who sets up a school invites on one day. */
const MANY = 200
/** Longer than that, an administrator believes that it does not work. */
const ENDURED_S = 600

/** How fast invitations and verifications may follow one another. */
export function* checkPace({ settings }: ReaderWorld): Iterable<Seen> {
  const invites = paceOf(settings.rc_third_party_invite, inviteDefaults)
  const seconds = secondsFor(MANY, invites)
  if (seconds > ENDURED_S) {
    yield {
      code: 'invitations-slow',
      severity: 'warning',
      keys: ['rc_third_party_invite'],
      detail: `One user may send ${invites.burst} invitations by address at once, then ${inWords(invites.perSecond)}: ${MANY} take ${inTime(seconds)}.`,
      why: 'Invitations beyond it are refused with 429 and have to be sent again by hand.',
      fix: 'Write "rc_third_party_invite: { per_second: 1, burst_count: 200 }"; Signpost has limits of its own (rateLimits). For one account an administrator can lift it: POST /_synapse/admin/v1/users/USER/override_ratelimit with {"messages_per_second": 0, "burst_count": 0}.',
      edits: paceEdits(
        'rc_third_party_invite',
        { per_second: 1, burst_count: MANY },
        settings.rc_third_party_invite,
      ),
    }
  }
  const validations = paceOf(settings.rc_3pid_validation, validationDefaults)
  if (secondsFor(10, validations) > ENDURED_S) {
    yield {
      code: 'verifications-slow',
      severity: 'note',
      keys: ['rc_3pid_validation'],
      detail: `From one network address, ${validations.burst} verifications of addresses may begin at once, then ${inWords(validations.perSecond)}.`,
      why: 'A class that registers from one school network meets this limit with its sixth pupil.',
      fix: 'If that is how your people register: "rc_3pid_validation: { per_second: 0.2, burst_count: 50 }".',
    }
  }
}

interface Pace {
  readonly perSecond: number
  readonly burst: number
}

function paceOf(
  section:
    | { readonly per_second?: number | undefined; readonly burst_count?: number | undefined }
    | null
    | undefined,
  defaults: Pace,
): Pace {
  return {
    perSecond: section?.per_second ?? defaults.perSecond,
    burst: Math.trunc(section?.burst_count ?? defaults.burst),
  }
}

function secondsFor(count: number, { perSecond, burst }: Pace): number {
  if (count <= burst) return 0
  return perSecond <= 0 ? Infinity : (count - burst) / perSecond
}

function paceEdits(
  key: string,
  wanted: { readonly per_second: number; readonly burst_count: number },
  present: object | null | undefined,
): readonly Edit[] {
  if (!present) return [{ kind: 'set', path: [key], value: wanted }]
  return Object.entries(wanted).map(([name, value]) => ({ kind: 'set', path: [key, name], value }))
}

function inWords(perSecond: number): string {
  if (perSecond <= 0) return 'none'
  return perSecond >= 1 ? `${perSecond} a second` : `one in ${inTime(1 / perSecond)}`
}

function inTime(seconds: number): string {
  if (seconds === Infinity) return 'for ever'
  if (seconds < 90) return `${Math.round(seconds)} s`
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `about ${Math.round(seconds / 3_600)} h`
}

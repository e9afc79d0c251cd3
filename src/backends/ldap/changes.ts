import type { Filter } from 'ldapts'
import type { Clock } from '../../runtime.ts'
import { firstText, textsOf, type LdapEntry } from './entry.ts'
import { atLeast } from './filters.ts'
import { generalizedTime } from './presets.ts'
import { readEntryAt, readRootDse } from './root-dse.ts'
import type { LdapSession } from './wire/session.ts'

/** Recognises what changes in one listing. */
export interface ChangeWatch {
  /** What positions are valid for; another server counts for itself. */
  readonly source: string
  /** To be read with every entry. */
  readonly attributes: readonly string[]
  changedSince(position: string): Filter
  /** Takes note of an entry that was read. */
  see(entry: LdapEntry): void
  /** Where the next listing goes on; null when that cannot be told. */
  end(): string | null
}

/**
 * Active Directory counts its changes. Each domain controller has a count of its own, which a restore from a backup
 * continues under another invocationId (MS-ADTS 3.1.1.1.9).
 */
export async function watchUsn(session: LdapSession, signal: AbortSignal): Promise<ChangeWatch> {
  const root = await readRootDse(session, ['dsServiceName', 'highestCommittedUSN'], signal)
  const service = firstText(root, 'dsServiceName')
  // Taken at the beginning: what changes while we read counts as changed afterwards.
  const highest = firstText(root, 'highestCommittedUSN')
  const settings = service === null ? null : await readEntryAt(session, service, ['invocationId'], signal)
  const invocation = settings?.attributes.get('invocationid')?.[0]?.toString('hex') ?? ''
  return {
    source: `${service ?? session.server} ${invocation}`,
    attributes: [],
    changedSince: (position) => atLeast('uSNChanged', String(BigInt(position) + 1n)),
    see: () => undefined,
    end: () => (highest !== null && /^\d+$/.test(highest) ? highest : null),
  }
}

/** For changes that reach a replica late, with their original time. */
const OVERLAP_MS = 600_000

/**
 * Elsewhere entries have the time of their last change, by the clock of the server. From the latest one we go back by
 * as long as the listing took: an entry may change after it was read and before the latest one changed.
 */
export function watchTimestamps(session: LdapSession, clock: Clock): ChangeWatch {
  const begun = clock.now()
  let latest = Number.NEGATIVE_INFINITY
  return {
    source: session.server,
    attributes: ['modifyTimestamp'],
    changedSince: (position) => atLeast('modifyTimestamp', position),
    see(entry) {
      for (const text of textsOf(entry, 'modifyTimestamp'))
        latest = Math.max(latest, readTime(text) ?? latest)
    },
    end() {
      if (latest === Number.NEGATIVE_INFINITY) return null
      return generalizedTime(latest - (clock.now() - begun) - OVERLAP_MS)
    },
  }
}

/** `20260131235959Z`, perhaps with a fraction, to milliseconds since the Unix epoch. */
function readTime(text: string): number | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:[.,]\d+)?Z$/.exec(text) ?? []
  if (year === undefined) return null
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(time) ? null : time
}

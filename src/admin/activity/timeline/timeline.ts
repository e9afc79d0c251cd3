import type { z } from 'zod'
import { maskAddress } from '../../../activity/masking.ts'
import { subjectOf } from '../../../activity/log/subject.ts'
import type { KeyRing } from '../../../keys/key-ring.ts'
import { currentMapping } from '../../../lookup/mappings.ts'
import type { ThreePid } from '../../../matrix/threepid.ts'
import type { Runtime } from '../../../runtime.ts'
import type { Storage } from '../../../storage/storage.ts'
import type { activityContract } from '../contract.ts'
import { activityEntries } from './from-activity.ts'
import {
  associationEntries,
  directoryEntries,
  invitationEntries,
  messageEntries,
  validationEntries,
} from './from-state.ts'

export type Timeline = z.input<(typeof activityContract)['POST /api/activity/timeline']['answer']>
export type TimelineEntry = Timeline['entries'][number]

export interface TimelineOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly keyRing: Pick<KeyRing, 'derive'>
  readonly directories: { readonly sources: readonly string[] }
}

/** More than anybody reads of one address; what is older stays out. */
const MOST_ENTRIES = 500
/** Two sources tell of one event; their clocks are read a moment apart. */
const SAME_MS = 5_000

/** Everything that is known about one address, oldest first. */
export async function readTimeline(options: TimelineOptions, address: ThreePid): Promise<Timeline> {
  const { storage, runtime, keyRing, directories } = options
  const { db } = storage
  const now = runtime.clock.now()
  const subject = subjectOf(keyRing, address)
  const mapping = await currentMapping(db, address, directories.sources, now)
  const found = await Promise.all([
    activityEntries(db, subject, MOST_ENTRIES),
    invitationEntries(db, address),
    messageEntries(db, address),
    validationEntries(db, address),
    associationEntries(db, address),
    directoryEntries(db, address, now),
  ])
  const entries = withoutDoubles(found.flat().toSorted((a, b) => a.at - b.at))
  return {
    medium: address.medium,
    address: maskAddress(address.address),
    subject,
    mapping: mapping === null ? null : { mxid: mapping.mxid, source: mapping.source },
    entries: entries.slice(-MOST_ENTRIES),
    shortened: entries.length > MOST_ENTRIES,
  }
}

/** A validation stands in the log and in its session, as long as there is one. */
function withoutDoubles(entries: readonly TimelineEntry[]): TimelineEntry[] {
  return entries.filter((entry, index) => {
    if (entry.from === 'activity') return true
    const isSame = (other: TimelineEntry) =>
      other.from === 'activity' && other.code === entry.code && Math.abs(other.at - entry.at) < SAME_MS
    return !entries.some((other, at) => at !== index && isSame(other))
  })
}

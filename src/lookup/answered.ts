import type { ActivityRequester, Recorder } from '../activity/log/entry.ts'
import type { ThreePid } from '../matrix/threepid.ts'

/** The answer to a lookup as it is sent, and what the activity log may want to know of it. */
export interface AnsweredLookup {
  /** JSON. */
  readonly text: string
  /** How many of the entries were found. */
  readonly found: number
  /** Up to `most` entries, those that were found first; made only when somebody wants them. */
  entries(most: number): readonly AnsweredEntry[]
}

export interface AnsweredEntry {
  /** Null: only a hash of it is known. */
  readonly address: ThreePid | null
  readonly mxid: string | null
  readonly source: string | null
}

export interface AskedLookup {
  readonly algorithm: string
  readonly asked: number
  readonly durationMs: number
  readonly requester: ActivityRequester
  /** Names the request. */
  readonly request: string
}

/** Who was found comes first: a log that has room for some has it for them. */
export function foundFirst(entries: readonly AnsweredEntry[]): readonly AnsweredEntry[] {
  return entries.toSorted((a, b) => Number(a.mxid === null) - Number(b.mxid === null))
}

/** Rows for single entries of one request. A long list says more by its numbers. */
const MOST_ENTRIES = 20

/** One row for the request; of several addresses, further ones for some of them while the log has room. */
export function recordLookup(
  recorder: Recorder,
  { algorithm, asked, durationMs, requester, request }: AskedLookup,
  answered: Pick<AnsweredLookup, 'found' | 'entries'>,
): void {
  const { found } = answered
  const [only] = asked === 1 ? answered.entries(1) : []
  const base = { kind: 'lookup', requester, request: asked === 1 ? null : request } as const
  recorder.record({
    ...base,
    ...only,
    action: 'request',
    outcome: found > 0 ? 'ok' : 'nothing',
    durationMs,
    details: { algorithm, asked, found },
  })
  if (asked < 2 || !recorder.hasRoom()) return
  for (const entry of answered.entries(MOST_ENTRIES)) {
    const outcome = entry.mxid === null ? 'nothing' : 'ok'
    recorder.record({ ...base, ...entry, action: 'address', outcome, details: { algorithm } })
  }
}

import type { Opinion } from '../lookup/explain.ts'
import type { RemoteOpinion } from '../lookup/remote.ts'

/** Who was asked, what each said and how long it took, as lines of a table. */
export function describeOpinions(
  opinions: readonly Opinion[],
  answer: Opinion | null,
  now: number,
): string[] {
  const rows = opinions.map((opinion) => ({
    who: nameOf(opinion),
    what: whatOf(opinion),
    // Storage is read within a millisecond; a zero would look like an error.
    time: opinion.where === 'directory' && opinion.outcome !== 'skipped' ? `${opinion.ms} ms` : '',
    notes: [...notesOf(opinion, now), ...(opinion === answer ? ['this is the answer'] : [])],
    failure: opinion.failure,
  }))
  const width = (column: 'who' | 'what') => Math.max(...rows.map((row) => row[column].length))
  return rows.flatMap(({ who, what, time, notes, failure }) => [
    `  ${who.padEnd(width('who'))}  ${what.padEnd(width('what'))}  ${[time, ...notes].filter(Boolean).join(', ')}`.trimEnd(),
    ...(failure === null ? [] : [`      ${failure.message}`, `      Fix: ${failure.fix}`]),
  ])
}

/** What other servers said, and how they were asked; nothing when there was no need to ask them. */
export function describeRemote(opinions: readonly RemoteOpinion[], answer: string | null): string[] {
  if (opinions.length === 0) return []
  const rows = opinions.map((opinion) => ({
    who: opinion.source,
    what: opinion.outcome === 'found' ? (opinion.mxid ?? '') : outcomes[opinion.outcome],
    notes: [
      ...(opinion.outcome === 'not-asked' ? [] : [`${opinion.ms} ms`]),
      ...(opinion.outcome === 'found' && opinion.source === answer ? ['this is the answer'] : []),
    ],
    detail: opinion.detail,
  }))
  const width = (column: 'who' | 'what') => Math.max(...rows.map((row) => row[column].length))
  const lines = rows.flatMap(({ who, what, notes, detail }) => [
    `  ${who.padEnd(width('who'))}  ${what.padEnd(width('what'))}  ${notes.join(', ')}`.trimEnd(),
    `      ${detail}`,
  ])
  return ['', 'Other servers:', ...lines]
}

const outcomes = { unknown: 'not known', failed: 'failed', 'not-asked': 'not asked' } as const

/** The opinion that decided, given the source of the mapping: storage counts before the same directory asked live. */
export function decidingOpinion(opinions: readonly Opinion[], source: string | null): Opinion | null {
  return opinions.find((opinion) => opinion.source === source && opinion.outcome === 'found') ?? null
}

function nameOf({ source, type, where }: Opinion): string {
  if (source === 'association') return 'published addresses'
  if (type === 'list') return `${source} (list)`
  return `${source} (${type}), ${where === 'storage' ? 'copy' : 'asked'}`
}

function whatOf({ outcome, mxids }: Opinion): string {
  switch (outcome) {
    case 'found':
      return mxids.join(' and ')
    case 'unknown':
      return 'not known'
    case 'failed':
      return 'failed'
    case 'skipped':
      return 'not asked: it failed several times a moment ago'
  }
}

function notesOf({ type, where, source, syncedAt, mxids }: Opinion, now: number): string[] {
  const isMirror = where === 'storage' && source !== 'association' && type !== 'list'
  const age = syncedAt === null ? 'never synced' : `synced ${ago(now - syncedAt)} ago`
  const contested =
    mxids.length > 1 ? ['several people claim the address: the first in the alphabet counts'] : []
  return [...(isMirror ? [age] : []), ...contested]
}

function ago(ms: number): string {
  if (ms < 120_000) return `${Math.max(0, Math.round(ms / 1000))} s`
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`
  return `${Math.round(ms / 3_600_000)} h`
}

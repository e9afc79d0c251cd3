import type { Requester } from '../../../backends/backend.ts'
import type { Explanation } from '../../../lookup/explain.ts'
import type { ThreePid } from '../../../matrix/threepid.ts'
import type { Cause } from './why.ts'

export interface AnswerOptions {
  readonly addresses: readonly ThreePid[]
  /** One for each address. */
  readonly explained: readonly Explanation[]
  readonly requester: Requester
  /** Null: an address was asked for. */
  readonly wantedUser: string | null
  /** As the operator typed it. */
  readonly typed: string
  /** Directories that know the wanted user, but no address that can be used. */
  readonly withoutAddress: readonly string[]
}

export interface AnswerCauses {
  /** What a lookup answers; null: nobody. */
  readonly found: Cause | null
  /** What keeps the answer from being the wanted one, the weightiest first. */
  readonly causes: readonly Cause[]
}

/** What follows from the answers alone, whoever asks. */
export function causesOfAnswer(options: AnswerOptions): AnswerCauses {
  const { addresses, explained, wantedUser } = options
  if (wantedUser !== null && addresses.length === 0) {
    const params = { mxid: wantedUser }
    const inside = options.withoutAddress.map((source) =>
      cause('no-usable-address', { ...params, source }, pageOf(source)),
    )
    return { found: null, causes: inside.length > 0 ? inside : [cause('no-addresses', params, '/backends')] }
  }
  const mapping = explained.find((each) => each.mapping !== null)?.mapping ?? null
  if (mapping === null) return { found: null, causes: explained.flatMap((each) => notFound(each, options)) }
  const params = { mxid: mapping.mxid, source: mapping.source }
  return {
    found: { code: 'found', params, page: null },
    causes: [...otherOwner(options), ...spelling(options)],
  }
}

/** Nobody was answered: somebody may know, and be asked in vain, or not for this requester. */
function notFound({ opinions, remote }: Explanation, { requester }: AnswerOptions): Cause[] {
  const knowing = opinions.filter(({ outcome }) => outcome === 'found')
  const unpublished = requester.kind === 'peer' ? knowing : []
  const broken = opinions.filter(({ outcome }) => outcome === 'failed' || outcome === 'skipped')
  const unsynced = opinions.filter(
    ({ where, type, syncedAt }) =>
      where === 'storage' && type !== 'association' && type !== 'list' && syncedAt === null,
  )
  return [
    ...unpublished.map(({ source }) => cause('not-published', { source }, '/federation')),
    ...broken.map(({ source, failure }) =>
      cause(
        'backend-failed',
        { source, code: failure?.code ?? '', reason: failure?.message ?? '' },
        pageOf(source),
      ),
    ),
    ...unsynced.map(({ source }) => cause('never-synced', { source }, pageOf(source))),
    ...remote
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ source, detail }) => cause('peer-failed', { source, reason: detail }, '/federation')),
  ]
}

/** The address leads to somebody else, or people of one directory share it. */
function otherOwner({ explained, wantedUser }: AnswerOptions): Cause[] {
  const shared = explained.flatMap(({ opinions }) =>
    opinions
      .filter(({ mxids }) => mxids.length > 1)
      .map(({ source, mxids }) =>
        cause('shared-address', { source, mxids: mxids.join(', ') }, pageOf(source)),
      ),
  )
  if (wantedUser === null) return shared
  const isFound = explained.some(({ mapping }) => mapping?.mxid === wantedUser)
  const other = explained.find(({ mapping }) => mapping !== null)?.mapping
  if (isFound || other === undefined || other === null) return shared
  return [cause('other-owner', { mxid: other.mxid, source: other.source }, pageOf(other.source)), ...shared]
}

/** Some clients and homeservers hash an address as it was typed: with capitals it is another hash. */
function spelling({ addresses: [address], wantedUser, typed }: AnswerOptions): Cause[] {
  if (wantedUser !== null || address === undefined || address.medium !== 'email') return []
  return address.address === typed ? [] : [cause('other-spelling', { canonical: 'lower-case' }, null)]
}

function cause(code: string, params: Cause['params'], page: string | null): Cause {
  return { code, params, page }
}

function pageOf(source: string): string {
  return source === 'association' ? '/associations' : `/backends/${source}`
}

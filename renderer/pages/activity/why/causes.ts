import type { AnswerOf } from '../../../api/client.ts'
import { useFormats, useText, type TextKey } from '../../../texts/use-text.tsx'
import { useActivityWords } from '../words.ts'

export type Why = AnswerOf<'POST /api/activity/why'>
type Cause = Why['causes'][number]

interface CauseTexts {
  readonly text: TextKey<'activity'>
  readonly fix: TextKey<'activity'>
}

const texts: Readonly<Record<string, CauseTexts>> = {
  found: { text: 'whyFound', fix: 'whyFoundFix' },
  'unknown-everywhere': { text: 'whyUnknownEverywhere', fix: 'whyUnknownEverywhereFix' },
  'no-addresses': { text: 'whyNoAddresses', fix: 'whyNoAddressesFix' },
  'no-usable-address': { text: 'whyNoUsableAddress', fix: 'whyNoUsableAddressFix' },
  'not-published': { text: 'whyNotPublished', fix: 'whyNotPublishedFix' },
  'backend-failed': { text: 'whyBackendFailed', fix: 'whyBackendFailedFix' },
  'never-synced': { text: 'whyNeverSynced', fix: 'whyNeverSyncedFix' },
  'peer-failed': { text: 'whyPeerFailed', fix: 'whyPeerFailedFix' },
  'shared-address': { text: 'whySharedAddress', fix: 'whySharedAddressFix' },
  'other-owner': { text: 'whyOtherOwner', fix: 'whyOtherOwnerFix' },
  'other-spelling': { text: 'whyOtherSpelling', fix: 'whyOtherSpellingFix' },
  'no-account': { text: 'whyNoAccount', fix: 'whyNoAccountFix' },
  'terms-not-accepted': { text: 'whyTermsNotAccepted', fix: 'whyTermsNotAcceptedFix' },
  'never-asked': { text: 'whyNeverAsked', fix: 'whyNeverAskedFix' },
  'asked-and-refused': { text: 'whyAskedAndRefused', fix: 'whyAskedAndRefusedFix' },
}

/** A cause as one sentence, and what to do about it. */
export function useCauseText(): (cause: Cause) => { readonly text: string; readonly fix: string | null } {
  const t = useText('activity')
  const formats = useFormats()
  const words = useActivityWords()
  return ({ code, params }) => {
    const known = texts[code]
    if (known === undefined) return { text: code, fix: null }
    const { at, source } = params
    const values = {
      ...params,
      ...(typeof at === 'number' ? { at: formats.dateTime(at) } : {}),
      ...(typeof source === 'string' ? { source: words.source(source) } : {}),
    }
    // The values of each code are those that its text names; see `src/admin/activity/why`.
    const fill = (key: TextKey<'activity'>) => t(key as 'whyPeerFailedFix', values as { reason: string })
    return { text: fill(known.text), fix: fill(known.fix) }
  }
}

import type { AnswerOf } from '../../../api/client.ts'
import type { PlainKey } from '../../../texts/use-text.tsx'

type Finding = AnswerOf<'POST /api/notifications/sender'>['findings'][number]

interface Words {
  readonly detail: PlainKey<'notifications'>
  readonly fix: PlainKey<'notifications'> | null
}

/** What each finding means and what to do, by its code in `notify/email/sender-domain.ts`. */
export const senderWords: Readonly<Record<string, Words>> & { readonly 'dns-silent': Words } = {
  'spf-found': { detail: 'spfFound', fix: null },
  'spf-missing': { detail: 'spfMissing', fix: 'spfMissingFix' },
  'spf-several': { detail: 'spfSeveral', fix: 'spfSeveralFix' },
  'spf-open': { detail: 'spfOpen', fix: 'spfOpenFix' },
  'spf-weak': { detail: 'spfWeak', fix: 'spfOpenFix' },
  'spf-no-mail': { detail: 'spfNoMail', fix: 'spfNoMailFix' },
  'dkim-found': { detail: 'dkimFound', fix: null },
  'dkim-unknown': { detail: 'dkimUnknown', fix: 'dkimUnknownFix' },
  'dkim-missing': { detail: 'dkimMissing', fix: 'dkimMissingFix' },
  'dkim-revoked': { detail: 'dkimRevoked', fix: 'dkimMissingFix' },
  'dmarc-found': { detail: 'dmarcFound', fix: null },
  'dmarc-watching': { detail: 'dmarcWatching', fix: null },
  'dmarc-missing': { detail: 'dmarcMissing', fix: 'dmarcMissingFix' },
  'dmarc-several': { detail: 'dmarcSeveral', fix: 'dmarcSeveralFix' },
  'mx-found': { detail: 'mxFound', fix: null },
  'mx-missing': { detail: 'mxMissing', fix: 'mxMissingFix' },
  'dns-silent': { detail: 'dnsSilent', fix: 'dnsSilentFix' },
}

/** A record to publish, where one is missing. */
export function suggestedRecord({ code, name }: Finding): string | null {
  switch (code) {
    case 'spf-missing':
      return `${name}. TXT "v=spf1 mx -all"`
    case 'dmarc-missing':
      return `${name}. TXT "v=DMARC1; p=none"`
    default:
      return null
  }
}

import { useMemo } from 'react'
import type { ActivityKind, ActivityOutcome } from '../../../src/activity/log/row.ts'
import type { StatusKind } from '../../components/status.tsx'
import { useText, type PlainKey, type Translate } from '../../texts/use-text.tsx'

type Key = PlainKey<'activity'>

/** In the order in which the filter names them. */
export const kindTexts = {
  lookup: 'kindLookup',
  validation: 'kindValidation',
  bind: 'kindBind',
  unbind: 'kindUnbind',
  invitation: 'kindInvitation',
  delivery: 'kindDelivery',
  'federation-in': 'kindFederationIn',
  'federation-out': 'kindFederationOut',
  'sign-in': 'kindSignIn',
  sync: 'kindSync',
  loss: 'kindLoss',
} as const satisfies Record<ActivityKind, Key>

export const outcomeTexts = {
  ok: 'outcomeOk',
  nothing: 'outcomeNothing',
  waiting: 'outcomeWaiting',
  refused: 'outcomeRefused',
  failed: 'outcomeFailed',
} as const satisfies Record<ActivityOutcome, Key>

/** `kind.action` where that says more than the kind. */
const codeTexts: Readonly<Record<string, Key>> = {
  'lookup.address': 'codeAddress',
  'lookup.search': 'codeSearch',
  'validation.started': 'codeStarted',
  'validation.requestToken': 'codeStarted',
  'validation.validated': 'codeValidated',
  'validation.registration': 'codeRegistration',
  'validation.submitToken': 'codeSubmitToken',
  'bind.bind': 'codeBound',
  'unbind.unbind': 'codeUnbound',
  'invitation.pending': 'codePending',
  'invitation.mailed': 'codeMailed',
  'invitation.not-mailed': 'codeNotMailed',
  'invitation.resent': 'codeResent',
  'invitation.resolved': 'codeResolved',
  'invitation.delivered': 'codeDelivered',
  'invitation.accepted': 'codeAccepted',
  'invitation.expired': 'codeExpired',
  'invitation.revoked': 'codeRevoked',
  'invitation.failed': 'codeUndeliverable',
  'invitation.waiting': 'codeRetried',
  'invitation.signed': 'codeSigned',
  'sign-in.register': 'codeRegister',
  'sign-in.password': 'codePassword',
  'sign-in.login': 'codeLogin',
  'sign-in.oidc': 'codeOidc',
  'sign-in.sign-up': 'codeSignUp',
  'delivery.email': 'codeEmail',
  'delivery.sms': 'codeSms',
  'delivery.onbind': 'codeOnbind',
  'delivery.appservice': 'codeAppservice',
  'message.waiting': 'codeMessageWaiting',
  'message.failed': 'codeMessageFailed',
  'association.holds': 'codeHolds',
  'directory.entry': 'codeEntry',
  'directory.conflict': 'codeConflict',
}

const outcomeKinds = {
  ok: 'ok',
  nothing: 'unknown',
  waiting: 'warning',
  refused: 'warning',
  failed: 'problem',
} as const satisfies Record<ActivityOutcome, StatusKind>

const searchTexts = { ...outcomeTexts, ok: 'outcomeFound', nothing: 'outcomeNotFound' } as const

/** Kinds that look for somebody: their good end is a person. */
const searching: ReadonlySet<string> = new Set(['lookup', 'federation-in', 'federation-out'])

const isKind = (text: string): text is ActivityKind => text in kindTexts

/** What happened, and how it ended, in words. `code` is `<kind>.<action>`. */
export function useActivityWords() {
  const t = useText('activity')
  return useMemo(() => activityWords(t), [t])
}

function activityWords(t: Translate<'activity'>) {
  return {
    /** What was bound here has no backend that could be named. */
    source: (source: string): string => (source === 'association' ? t('sourceAssociation') : source),
    title(code: string): string {
      const [kind = ''] = code.split('.')
      const key = codeTexts[code]
      if (key !== undefined) return t(key)
      return isKind(kind) ? t(kindTexts[kind]) : code
    },
    outcome(code: string, value: ActivityOutcome): { readonly kind: StatusKind; readonly label: string } {
      const [kind = ''] = code.split('.')
      const texts = searching.has(kind) ? searchTexts : outcomeTexts
      return { kind: outcomeKinds[value], label: t(texts[value]) }
    },
  }
}

import { useText } from '../../../texts/use-text.tsx'
import type { OutboxRow } from './outbox-table.tsx'

const whats = {
  validation: 'whatValidation',
  invitation: 'whatInvitation',
  'unbind-notice': 'whatUnbind',
  'bind-notice': 'whatBind',
} as const

/** What a message is, in words: "Invitation by mail". */
export function useKindText(): (row: Pick<OutboxRow, 'kind' | 'what'>) => string {
  const t = useText('notifications')
  return ({ kind, what }) => {
    const medium = kind === 'email' ? t('kindEmail') : kind === 'sms' ? t('kindSms') : null
    if (medium === null) return kind === 'onbind' ? t('kindOnbind') : kind
    const key = what !== null && what in whats ? whats[what as keyof typeof whats] : null
    return key === null ? medium : t('kindOf', { what: t(key), medium })
  }
}

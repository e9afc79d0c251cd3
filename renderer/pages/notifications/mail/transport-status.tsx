import { Status } from '../../../components/status.tsx'
import { useText } from '../../../texts/use-text.tsx'

/** Whether mail reaches anybody, by the settings that are saved. */
export function TransportStatus({ saved }: { readonly saved: unknown }) {
  const t = useText('notifications')
  if (saved === 'log') return <Status kind="warning" tinted label={t('mailIsKept')} />
  if (saved === 'none') return <Status kind="off" tinted label={t('mailIsOff')} />
  return <Status kind="ok" tinted label={t(saved === 'sendgrid' ? 'mailBySendgrid' : 'mailBySmtp')} />
}

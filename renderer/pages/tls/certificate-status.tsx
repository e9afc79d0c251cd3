import { Status } from '../../components/status.tsx'
import { useNow } from '../../app/use-now.ts'
import { useText } from '../../texts/use-text.tsx'
import type { TlsStatus } from './certificate-card.tsx'

const DAY_MS = 86_400_000

/** The verdict in a few words: days that are left, or why it does not work. */
export function CertificateStatus({ status }: { readonly status: TlsStatus }) {
  const t = useText('tls')
  const now = useNow()
  const { mode, certificate, verdicts, lastError } = status
  if (mode === 'proxy') return <Status kind="ok" tinted label={t('proxyAnswers')} />
  if (certificate === null) return <Status kind="problem" tinted label={t('noCertificate')} />
  const days = Math.floor((certificate.notAfter - now) / DAY_MS)
  if (days < 0) return <Status kind="problem" tinted label={t('expired')} />
  const isBad = verdicts.some(({ severity }) => severity !== 'warning')
  const kind = isBad ? 'problem' : verdicts.length > 0 || lastError !== null ? 'warning' : 'ok'
  return <Status kind={kind} tinted label={t('daysLeft', { count: days })} />
}

import { Button, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { AnswerOf } from '../../api/client.ts'
import { StatusIcon, type StatusKind } from '../../components/status.tsx'
import { useFormats, useText, type PlainKey, type TextKey } from '../../texts/use-text.tsx'
import classes from './notices.module.css'

type Notice = AnswerOf<'GET /api/overview'>['notices'][number]
/** A restart that is due stands above every page already, with its button. */
type ShownCode = Exclude<Notice['code'], 'restart-needed'>

interface NoticeTexts {
  readonly text: TextKey<'map'>
  readonly action: PlainKey<'map'>
}

const shown = {
  'change-on-trial': { text: 'noticeChangeOnTrial', action: 'actionChanges' },
  'plaintext-ldap': { text: 'noticePlaintextLdap', action: 'actionBackend' },
  'admin-reachable': { text: 'noticeAdminReachable', action: 'actionSecurity' },
  'certificate-expires': { text: 'noticeCertificateExpires', action: 'actionCertificate' },
  'certificate-problem': { text: 'noticeCertificateProblem', action: 'actionCertificate' },
  'backend-down': { text: 'noticeBackendDown', action: 'actionBackend' },
  'messages-failed': { text: 'noticeMessagesFailed', action: 'actionMessages' },
  'activity-lost': { text: 'noticeActivityLost', action: 'actionActivity' },
} as const satisfies Record<ShownCode, NoticeTexts>

const kinds = {
  info: 'unknown',
  warning: 'warning',
  error: 'problem',
} as const satisfies Record<Notice['level'], StatusKind>

/** What Signpost remarks about itself, each with the one thing to do about it. */
export function Notices({ notices }: { readonly notices: readonly Notice[] }) {
  const t = useText('map')
  return (
    <ul className={classes.list} aria-label={t('notices')}>
      {notices.map(
        (notice) =>
          notice.code !== 'restart-needed' && (
            <NoticeRow key={`${notice.code} ${notice.page}`} notice={notice} texts={shown[notice.code]} />
          ),
      )}
    </ul>
  )
}

function NoticeRow({ notice, texts }: { readonly notice: Notice; readonly texts: NoticeTexts }) {
  const t = useText('map')
  const formats = useFormats()
  const { level, params, page } = notice
  const { at, rows, reason } = params
  const values = {
    ...params,
    ...(typeof at === 'number' ? { at: formats.date(at) } : {}),
    ...(rows === undefined ? {} : { count: rows }),
  }
  return (
    <li className={classes.notice} data-level={level}>
      <StatusIcon kind={kinds[level]} size={20} />
      <div className={classes.text}>
        {/* The values of each code stand beside it in the contract of the overview. */}
        <Text fw={500}>{t(texts.text as 'noticeBackendDown', values as { backend: string })}</Text>
        {typeof reason === 'string' && reason !== '' && (
          <Text size="sm" lang="en">
            {reason}
          </Text>
        )}
      </div>
      <Button component={Link} to={page} size="xs" variant="default">
        {t(texts.action)}
      </Button>
    </li>
  )
}

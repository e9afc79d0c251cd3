import { Button } from '@mantine/core'
import { Link } from 'react-router'
import { useEventStream, useConnection } from '../../api/use-events.ts'
import { useFormats, useText } from '../../texts/use-text.tsx'
import { useSession } from '../use-session.ts'
import { Banner } from './banner.tsx'
import { RestartBanner } from './restart-banner.tsx'

/** What concerns every page: no connection, a restart that is due, a setup that is not finished. */
export function Banners({ restartNeeded }: { readonly restartNeeded: boolean }) {
  return (
    <div role="status">
      <ConnectionBanner />
      {restartNeeded && <RestartBanner />}
      <SetupBanner />
    </div>
  )
}

function ConnectionBanner() {
  const t = useText('shell')
  const formats = useFormats()
  const events = useEventStream()
  const connection = useConnection()
  if (connection.state !== 'lost') return null
  const action = (
    <Button size="xs" variant="default" onClick={() => events.retryNow()}>
      {t('retryNow')}
    </Button>
  )
  const reason = connection.reason === 'unreachable' ? 'lostUnreachable' : 'lostRefused'
  return (
    <Banner
      kind={connection.reason === 'unreachable' ? 'problem' : 'warning'}
      title={t(reason)}
      action={action}
    >
      {t('lostSince', { time: formats.time(connection.since) })}
    </Banner>
  )
}

function SetupBanner() {
  const t = useText('shell')
  const session = useSession().data
  if (session === undefined || session.configured) return null
  const action = (
    <Button size="xs" component={Link} to="/wizard">
      {t('setUp')}
    </Button>
  )
  return <Banner kind="unknown" title={t('notConfigured')} action={action} />
}

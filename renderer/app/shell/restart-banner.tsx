import { Button } from '@mantine/core'
import { useConnection } from '../../api/use-events.ts'
import { useChange } from '../../api/hooks.ts'
import { useText } from '../../texts/use-text.tsx'
import { Banner } from './banner.tsx'

export function RestartBanner() {
  const t = useText('shell')
  const { state } = useConnection()
  const restart = useChange('POST /api/restart', { invalidates: [] })
  const action = (
    <Button
      size="xs"
      loading={restart.isPending}
      disabled={state !== 'live'}
      onClick={() => restart.mutate()}
    >
      {t('restart')}
    </Button>
  )
  return (
    <Banner kind="warning" title={t(restart.isSuccess ? 'restarting' : 'restartNeeded')} action={action}>
      {t('restartWhat')}
    </Banner>
  )
}

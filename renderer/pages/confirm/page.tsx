import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Link } from 'react-router'
import { useChange } from '../../api/hooks.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'

/** The console at a new address that is tried. That this page was reached is the proof; the token is behind the `#`. */
export function Page() {
  const t = useText('common')
  const [token] = useState(() => location.hash.slice(1))
  const confirm = useChange('POST /api/changes/trial/confirm')
  const isKept = confirm.data?.state === 'kept'
  if (token === '') {
    return (
      <EmptyState title={t('confirmNothing')} level={1}>
        {t('confirmNothingBody')}
      </EmptyState>
    )
  }
  return (
    <>
      <PageHeader title={t('confirmTitle')} description={t('confirmBody', { address: location.origin })} />
      <SectionCard title={isKept ? t('confirmKept') : t('confirmQuestion')}>
        <Stack>
          <div aria-live="polite">
            {confirm.error !== null && <ErrorState error={confirm.error} />}
            {confirm.data?.state === 'waiting' && (
              <Text size="sm">{t('trialMissing', { keys: confirm.data.missing.join(', ') })}</Text>
            )}
            {confirm.data?.state === 'failed' && <Text size="sm">{t('trialOverBody')}</Text>}
            {isKept && <Text size="sm">{t('confirmKeptBody')}</Text>}
          </div>
          <Group>
            {isKept ? (
              <Anchor component={Link} to="/">
                {t('confirmHome')}
              </Anchor>
            ) : (
              <Button loading={confirm.isPending} onClick={() => confirm.mutate({ body: { token } })}>
                {t('trialConfirm')}
              </Button>
            )}
          </Group>
        </Stack>
      </SectionCard>
    </>
  )
}

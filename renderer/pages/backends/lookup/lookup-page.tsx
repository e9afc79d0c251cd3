import { Anchor, Stack } from '@mantine/core'
import { Link } from 'react-router'
import { PageHeader } from '../../../components/page-header.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { LookupCard } from './lookup-card.tsx'
import { ViewAsCard } from '../../../components/view-as-card.tsx'

/** Asking as others ask, and seeing who said what. */
export function LookupPage() {
  const t = useText('backends')
  return (
    <>
      <Anchor component={Link} size="sm" to="/backends">
        {t('back')}
      </Anchor>
      <PageHeader title={t('tryLookup')} description={t('tryLookupWhat')} />
      <Stack gap="md">
        <LookupCard />
        <ViewAsCard />
      </Stack>
    </>
  )
}

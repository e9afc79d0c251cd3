import { Stack, Text } from '@mantine/core'
import { useApi } from '../../api/hooks.ts'
import { PageHeader } from '../../components/page-header.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { PasswordCard } from './password-card.tsx'
import { PepperCard } from './pepper-card.tsx'
import { SessionsCard } from './sessions-card.tsx'
import { SigningCard } from './signing-card.tsx'

export function Page() {
  const t = useText('security')
  const keys = useApi('GET /api/keys')
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <Stack gap="md">
        <SessionsCard />
        <PasswordCard />
        <QueryView query={keys}>
          {({ signing, pepper, sealingKey }) => (
            <>
              <SigningCard keys={signing} />
              <PepperCard pepper={pepper} />
              <SectionCard title={t('sealing')}>
                <Text size="sm">{t(sealingKey === 'file' ? 'sealingFile' : 'sealingKeychain')}</Text>
              </SectionCard>
            </>
          )}
        </QueryView>
      </Stack>
    </>
  )
}

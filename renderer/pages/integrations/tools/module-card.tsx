import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useApi, useChange } from '../../../api/hooks.ts'
import { valueAt } from '../../../components/config-key.ts'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { madeFromSettings } from '../../../components/made-from-settings.ts'
import { saveFile } from '../../../components/save-file.ts'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { SecretOnce } from './secret-once.tsx'

/** What Synapse asks, as a file, and the secret by which it proves who it is. */
export function ModuleCard() {
  const t = useText('integration-tools')
  const file = useApi('GET /api/integrations/passwords/module')
  return (
    <SectionCard title={t('module')} description={t('moduleBody')}>
      <Stack gap="md">
        {file.error !== null && <ErrorState error={file.error} onRetry={() => void file.refetch()} />}
        <Group>
          <Button
            variant="default"
            disabled={file.data === undefined}
            onClick={() => file.data && saveFile(file.data.fileName, file.data.text, 'text/x-python')}
          >
            {t('moduleSave')}
          </Button>
        </Group>
        <Secret />
      </Stack>
    </SectionCard>
  )
}

function Secret() {
  const t = useText('integration-tools')
  const settings = useApi('GET /api/settings')
  const [asking, setAsking] = useState(false)
  const make = useChange('POST /api/integrations/passwords/secret', {
    invalidates: madeFromSettings,
    onDone: () => setAsking(false),
  })
  const secret = valueAt(settings.data?.all, 'authentication.provider.secret') ?? null
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">
        {t('secret')}
      </Title>
      <Text size="sm" maw="42rem">
        {t('secretBody')}
      </Text>
      {make.data !== undefined && (
        <SecretOnce title={t('secret')} secret={make.data.secret} onDone={() => make.reset()} />
      )}
      {make.error !== null && !asking && <ErrorState error={make.error} />}
      <Group>
        <Button
          variant="default"
          loading={make.isPending}
          onClick={() => (secret === null ? make.mutate() : setAsking(true))}
        >
          {t('secretMake')}
        </Button>
      </Group>
      <ConfirmDialog
        opened={asking}
        title={t('secretTitle')}
        consequence={
          <>
            {t('secretAsk')}
            {make.error !== null && <ErrorState error={make.error} />}
          </>
        }
        action={t('secretMake')}
        pending={make.isPending}
        onConfirm={() => make.mutate()}
        onClose={() => setAsking(false)}
      />
    </Stack>
  )
}

import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../../api/hooks.ts'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { madeFromSettings } from '../../../components/made-from-settings.ts'
import { saveFile } from '../../../components/save-file.ts'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'

/** The registration of the application service. It is saved and never shown: it holds both tokens. */
export function RegistrationFileCard() {
  const t = useText('integration-tools')
  const [asking, setAsking] = useState(false)
  const make = useChange('POST /api/integrations/appservice/registration', {
    invalidates: madeFromSettings,
    onDone: ({ fileName, text }) => {
      setAsking(false)
      saveFile(fileName, text, 'application/yaml')
    },
  })
  const save = (newTokens: boolean) => make.mutate({ body: { newTokens } })
  return (
    <SectionCard title={t('registrationFile')} description={t('registrationFileBody')}>
      <Stack gap="sm">
        <Text size="sm" maw="42rem">
          {t('registrationWhere')}
        </Text>
        {make.error !== null && !asking && <ErrorState error={make.error} />}
        <Group gap="sm">
          <Button variant="default" loading={make.isPending} onClick={() => save(false)}>
            {t('registrationSave')}
          </Button>
          <Button variant="subtle" onClick={() => setAsking(true)}>
            {t('newTokens')}
          </Button>
        </Group>
        <ConfirmDialog
          opened={asking}
          title={t('newTokensTitle')}
          consequence={
            <>
              {t('newTokensAsk')}
              {make.error !== null && <ErrorState error={make.error} />}
            </>
          }
          action={t('registrationSave')}
          pending={make.isPending}
          onConfirm={() => save(true)}
          onClose={() => setAsking(false)}
        />
      </Stack>
    </SectionCard>
  )
}

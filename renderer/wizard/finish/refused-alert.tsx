import { Alert, Text } from '@mantine/core'
import { useApi } from '../../api/hooks.ts'
import { useText } from '../../texts/use-text.tsx'

/** The server did not start with the draft: the former settings are in force, and here is why. */
export function RefusedAlert() {
  const t = useText('wizard-finish')
  const common = useText('common')
  const refused = useApi('GET /api/wizard').data?.applied.refused ?? null
  if (refused === null) return null
  const { tried, likelyCause, fix } = refused
  return (
    <Alert color="red" title={t('refused')} role="alert">
      <Text size="sm">{t('refusedWhat', { tried })}</Text>
      <Text size="sm" mt={4} lang="en">
        <b lang={document.documentElement.lang}>{common('cause')}:</b> {likelyCause}
      </Text>
      <Text size="sm" mt={4} lang="en">
        <b lang={document.documentElement.lang}>{common('whatToDo')}:</b> {fix}
      </Text>
    </Alert>
  )
}

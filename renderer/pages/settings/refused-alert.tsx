import { Alert, Text } from '@mantine/core'
import { useText } from '../../texts/use-text.tsx'
import type { Settings } from './model.ts'

/** The settings with which a restart failed. */
export function RefusedAlert({ refused }: { readonly refused: NonNullable<Settings['refused']> }) {
  const t = useText('settings')
  return (
    <Alert color="red" title={t('refusedTitle')} role="alert">
      <Text size="sm" lang="en">
        {refused.likelyCause} {refused.fix}
      </Text>
      <Text size="sm">{t('refusedKept', { file: refused.keptAs })}</Text>
    </Alert>
  )
}

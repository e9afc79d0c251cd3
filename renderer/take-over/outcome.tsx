import { Alert, Button, Group, List, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useChange } from '../api/hooks.ts'
import { SectionCard } from '../components/section-card.tsx'
import { useText } from '../texts/use-text.tsx'
import type { TakeOver } from './model.ts'
import { Report } from './report/report.tsx'

export interface OutcomeProps {
  readonly outcome: NonNullable<TakeOver['outcome']>
  readonly refused: TakeOver['refused']
  /** How it goes on, in the place where this is shown. */
  readonly next: ReactNode
}

/** What became of an import that was ordered. */
export function Outcome({ outcome: { report, error }, refused, next }: OutcomeProps) {
  const t = useText('take-over')
  const forget = useChange('POST /api/take-over/forget')
  return (
    <>
      {error !== null && (
        <Alert color="red" role="alert" title={t('failed')}>
          <Text size="sm" lang="en">
            {error.message} {error.fix}
          </Text>
          <Text size="sm" mt={4}>
            {t('failedAgain')}
          </Text>
        </Alert>
      )}
      {refused !== null && (
        <Alert color="orange" role="alert" title={t('refused')}>
          <Stack gap={4}>
            <Text size="sm">{t('refusedBody')}</Text>
            <Text size="sm" lang="en">
              {refused.message} {refused.fix}
            </Text>
            <Text size="sm">{t('refusedKept', { file: refused.keptAs })}</Text>
          </Stack>
        </Alert>
      )}
      {report !== null && refused === null && (
        <Alert color="petrol" role="status" title={t('doneWell')}>
          <List size="sm">{next}</List>
        </Alert>
      )}
      {report !== null && <Report report={report} title={t('doneTitle')} />}
      <SectionCard title={t('backTitle')}>
        <Stack gap="md">
          <Text size="sm">{t('backBody')}</Text>
          <Group>
            <Button variant="default" loading={forget.isPending} onClick={() => forget.mutate()}>
              {t(error === null ? 'forget' : 'lookAgain')}
            </Button>
          </Group>
        </Stack>
      </SectionCard>
    </>
  )
}

import { Alert, Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { KeyValues } from '../../components/key-values.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status, type StatusKind } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import { TrialSteps } from '../../backup/trial-steps.tsx'

export type Overview = AnswerOf<'GET /api/backups'>

const kinds = {
  proven: 'ok',
  unproven: 'warning',
  old: 'problem',
  none: 'problem',
} as const satisfies Record<Overview['badge'], StatusKind>

/** Whether there is a backup that one can rely on: only one that was restored on trial is green. */
export function StatusCard({ overview }: { readonly overview: Overview }) {
  const t = useText('backups')
  const { badge, latest, failure, hasKey } = overview
  return (
    <SectionCard
      title={t('status')}
      description={t(`badgeBody_${badge}`)}
      aside={<Status kind={kinds[badge]} tinted label={t(`badge_${badge}`)} />}
    >
      <Stack gap="md">
        {!hasKey && <Text size="sm">{t('needsKey')}</Text>}
        {latest !== null && <Facts latest={latest} provenAt={overview.provenAt} />}
        {latest?.trial?.ok === false && <TrialSteps trial={latest.trial} />}
        {failure !== null && (
          <Alert color="red.8" title={t('failed')}>
            <Text size="sm" lang="en">
              {failure.message} {failure.fix}
            </Text>
            <Text size="sm" mt={4}>
              <Time at={failure.at} />
            </Text>
          </Alert>
        )}
      </Stack>
    </SectionCard>
  )
}

interface FactsProps {
  readonly latest: NonNullable<Overview['latest']>
  readonly provenAt: number | null
}

function Facts({ latest, provenAt }: FactsProps) {
  const t = useText('backups')
  const formats = useFormats()
  return (
    <KeyValues
      items={[
        { name: t('madeAt'), value: <Time at={latest.createdAt} /> },
        {
          name: t('tried'),
          value: provenAt === null ? t('notTried') : <Time at={latest.trial?.at ?? provenAt} />,
        },
        { name: t('size'), value: formats.bytes(latest.bytes) },
        { name: t('rows'), value: formats.number(latest.rows) },
        { name: t('place'), value: <code>{latest.file.split(/[\\/]/).at(-1)}</code> },
      ]}
    />
  )
}

import { Alert, Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { KeyValues } from '../../components/key-values.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Time } from '../../components/time.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import { DifferencesTable } from './differences-table.tsx'

export type Comparison = AnswerOf<'GET /api/take-over/comparison'>
export type CompareReport = NonNullable<Comparison['report']>

/** What clients asked, and where the old server says something else. */
export function ComparisonCard({ comparison }: { readonly comparison: Comparison }) {
  const t = useText('take-over')
  const { compareWith, asked, report } = comparison
  return (
    <SectionCard title={t('compareTitle')} description={t('compareDescription')}>
      <Stack gap="md">
        {compareWith === null && asked === null && <Text size="sm">{t('compareOff')}</Text>}
        {compareWith !== asked && (
          <Alert color="orange" title={t(compareWith === null ? 'compareEnds' : 'compareWaits')} />
        )}
        {report === null ? (
          asked !== null && <Text size="sm">{t('compareNothing')}</Text>
        ) : (
          <>
            <Text size="sm" fw={500}>
              {t('compareSoFar')} · {t('compareRuns', { server: report.with })}
            </Text>
            <ReportFacts report={report} />
            <DifferencesTable report={report} />
          </>
        )}
      </Stack>
    </SectionCard>
  )
}

/** The numbers of a comparison. */
export function ReportFacts({ report }: { readonly report: CompareReport }) {
  const t = useText('take-over')
  const formats = useFormats()
  const { compared, same, failed, leftOut, differences, more, since, lastFailure } = report
  const optional = [
    ...(failed === 0 ? [] : [{ name: t('compareFailed'), value: formats.number(failed) }]),
    ...(leftOut === 0 ? [] : [{ name: t('compareLeftOut'), value: formats.number(leftOut) }]),
  ]
  return (
    <>
      <KeyValues
        items={[
          { name: t('compareSince'), value: <Time at={since} /> },
          { name: t('compareAsked'), value: formats.number(compared) },
          { name: t('compareSame'), value: formats.number(same) },
          { name: t('compareDifferent'), value: formats.number(differences.length + more) },
          ...optional,
        ]}
      />
      {lastFailure !== null && (
        <Text size="sm" c="dimmed">
          {t('compareLast', { reason: lastFailure })}
        </Text>
      )}
    </>
  )
}

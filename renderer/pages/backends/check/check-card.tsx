import { Button, Stack, Text } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import { CheckList, type CheckStep as ShownStep } from '../../../components/check-list.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useFormats, useText, type PlainKey } from '../../../texts/use-text.tsx'
import type { CheckStep, Section } from '../model.ts'
import { SampleTable } from './sample-table.tsx'
import { useCheck } from './use-check.ts'

/** The steps that every kind or several kinds have; others go by their own name. */
const stepNames: Readonly<Record<string, PlainKey<'backends'>>> = {
  settings: 'stepSettings',
  resolve: 'stepResolve',
  connect: 'stepConnect',
  tls: 'stepTls',
  login: 'stepLogin',
  bases: 'stepBases',
  tables: 'stepTables',
  search: 'stepSearch',
  keys: 'stepKeys',
  count: 'stepCount',
  sample: 'stepSample',
}

/** Tries a section as it stands in the form, saved or not. */
export function CheckCard({ section }: { readonly section: Section }) {
  const t = useText('backends')
  const formats = useFormats()
  const { steps, run, isRunning, error } = useCheck()
  const shown = ({ step, outcome, detail, fix, ms }: CheckStep): ShownStep => {
    const name = stepNames[step]
    return {
      id: step,
      title: name === undefined ? step : t(name),
      outcome,
      detail: `${detail} (${formats.duration(ms)})`,
      ...(fix === null ? {} : { fix }),
    }
  }
  const all = [
    ...steps.map(shown),
    ...(isRunning ? [{ id: 'running', title: t('stepRunning'), outcome: 'running' as const }] : []),
  ]
  const sample = steps.find((step) => step.sample !== undefined)?.sample
  return (
    <SectionCard
      title={t('check')}
      description={t('checkWhat')}
      aside={
        <Button
          variant="default"
          loading={isRunning}
          leftSection={<IconPlugConnected size={16} aria-hidden />}
          onClick={() => run(section)}
        >
          {t('checkRun')}
        </Button>
      }
    >
      {(all.length > 0 || error !== null) && (
        <Stack gap="sm">
          {error !== null && <ErrorState error={error} />}
          {all.length > 0 && <CheckList steps={all} />}
          {sample !== undefined && sample.length > 0 && (
            <>
              <Text size="sm" fw={600}>
                {t('sampleTitle')}
              </Text>
              <SampleTable people={sample} />
            </>
          )}
        </Stack>
      )}
    </SectionCard>
  )
}

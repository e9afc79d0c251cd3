import { Box, Button, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { CheckList } from '../../components/check-list.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { Status } from '../../components/status.tsx'
import { useText, type PlainKey } from '../../texts/use-text.tsx'
import { useDraftCall } from '../draft/use-draft-call.ts'
import type { Settings } from '../draft/values.ts'
import { PeopleTable } from './people-table.tsx'

type Step = AnswerOf<'POST /api/backends/check'>['steps'][number]

/** Steps that all kinds have; the others go by their own names. */
const stepTitles: Readonly<Record<string, PlainKey<'wizard-people'>>> = {
  settings: 'checkSettings',
  resolve: 'checkResolve',
  connect: 'checkConnect',
  tls: 'checkTls',
  login: 'checkLogin',
  count: 'checkCount',
  sample: 'checkSample',
  bases: 'checkBases',
}

/** A check does several things in turn, each with a time limit of its own. */
const PATIENCE_MS = 130_000

export interface SectionCheckProps {
  readonly section: Settings
  readonly onResult: (isFine: boolean) => void
  /** Beside the button. */
  readonly aside?: ReactNode
}

/** Tries a section for real, and shows the people it would bring. */
export function SectionCheck({ section, onResult, aside }: SectionCheckProps) {
  const t = useText('wizard-people')
  const check = useDraftCall('POST /api/backends/check', PATIENCE_MS)
  const run = () =>
    check.mutate(
      { body: { section, draft: true } },
      {
        onSuccess: ({ steps }) => onResult(steps.every(({ outcome }) => outcome !== 'failed')),
        onError: () => onResult(false),
      },
    )
  const sample = check.data?.steps.findLast((step) => step.sample !== undefined)?.sample
  return (
    <Stack gap="md">
      <Group>
        <Button variant="light" loading={check.isPending} onClick={run}>
          {t('tryIt')}
        </Button>
        {aside}
      </Group>
      <div aria-live="polite">
        {check.isPending && <LoadingRows rows={3} height={32} />}
        {check.error !== null && !check.isPending && <ErrorState error={check.error} />}
        {check.data !== undefined && !check.isPending && <Steps steps={check.data.steps} />}
      </div>
      {sample !== undefined && !check.isPending && (
        <div>
          <Text fw={600} mb="xs">
            {t('sample')}
          </Text>
          <PeopleTable people={sample} />
        </div>
      )}
    </Stack>
  )
}

/** What went well is one line; what did not is shown step by step. */
function Steps({ steps }: { readonly steps: readonly Step[] }) {
  const t = useText('wizard-people')
  const list = <CheckList steps={steps.map((step) => shownStep(step, t))} />
  if (steps.some(({ outcome }) => outcome !== 'ok')) return list
  return (
    <Stack gap="sm">
      <Group>
        <Status kind="ok" tinted label={t('checkFine', { count: steps.length })} />
      </Group>
      <details>
        <summary>{t('checkSteps')}</summary>
        <Box mt="sm">{list}</Box>
      </details>
    </Stack>
  )
}

function shownStep({ step, outcome, detail, fix }: Step, t: ReturnType<typeof useText<'wizard-people'>>) {
  const title = stepTitles[step]
  return {
    id: step,
    title: title === undefined ? <span lang="en">{step}</span> : t(title),
    outcome,
    detail: <span lang="en">{detail}</span>,
    ...(fix === null ? {} : { fix: <span lang="en">{fix}</span> }),
  }
}

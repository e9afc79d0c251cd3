import { Alert, Button, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link } from 'react-router'
import type { AnswerOf } from '../../api/client.ts'
import { keyOf, useApi } from '../../api/hooks.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { useDraftCall } from '../draft/use-draft-call.ts'
import { StepPage } from '../frame/step-page.tsx'
import { pathOf, type StepId } from '../steps.ts'
import { ChangeTable } from './change-table.tsx'
import { RefusedAlert } from './refused-alert.tsx'

type Preview = AnswerOf<'GET /api/wizard/preview'>

export function FinishStep() {
  const t = useText('wizard-finish')
  const queries = useQueryClient()
  const { saving, revision } = useDraft()
  const preview = useApi('GET /api/wizard/preview', undefined, { enabled: saving === 'saved' })
  const { refetch } = preview
  useEffect(() => {
    if (revision > 0) void refetch()
  }, [refetch, revision])
  const apply = useDraftCall('POST /api/wizard/apply')
  const start = () =>
    apply.mutate(
      {},
      {
        onSuccess: () =>
          queries.setQueryData<AnswerOf<'GET /api/wizard'>>(
            keyOf('GET /api/wizard', undefined),
            (known) => known && { ...known, applied: { state: 'waiting', refused: null } },
          ),
      },
    )
  const isUsable = preview.data?.problems.length === 0
  return (
    <StepPage
      step="finish"
      lead={t('finishLead')}
      action={
        <Button disabled={!isUsable || saving !== 'saved'} loading={apply.isPending} onClick={start}>
          {t('apply')}
        </Button>
      }
    >
      <RefusedAlert />
      <QueryView query={preview}>{(data) => <Summary preview={data} />}</QueryView>
      {apply.error !== null && <ErrorState error={apply.error} />}
    </StepPage>
  )
}

function Summary({ preview: { changes, diff, problems } }: { readonly preview: Preview }) {
  const t = useText('wizard-finish')
  return (
    <>
      {problems.length > 0 && (
        <Alert color="red" title={t('problems')}>
          <Stack gap="xs">
            {problems.map(({ path, message, fix }) => (
              <Text key={`${path} ${message}`} size="sm">
                <code>{path}</code> <span lang="en">{`${message} ${fix}`}</span>{' '}
                <Link to={pathOf(stepOf(path))}>{t('goThere')}</Link>
              </Text>
            ))}
          </Stack>
        </Alert>
      )}
      <SectionCard title={t('summary')} description={t('summaryWhat')}>
        {changes.length === 0 ? (
          <Text size="sm">{t('nothingChanges')}</Text>
        ) : (
          <Stack>
            <ChangeTable changes={changes} />
            <details>
              <summary>{t('asFile')}</summary>
              <CodeBlock title="signpost.yaml" code={diff} />
            </details>
          </Stack>
        )}
      </SectionCard>
      <Text size="sm" c="dimmed">
        {t('whatHappens')}
      </Text>
    </>
  )
}

const steps: readonly (readonly [string, StepId])[] = [
  ['matrix', 'domain'],
  ['server', 'tls'],
  ['backends', 'backends'],
  ['notifications', 'mail'],
  ['federation', 'federation'],
  ['directory', 'integrations'],
  ['authentication', 'integrations'],
  ['profile', 'integrations'],
  ['signUp', 'integrations'],
]

/** Where a setting is asked for. */
const stepOf = (path: string): StepId =>
  steps.find(([section]) => path.startsWith(section))?.[1] ?? 'policies'

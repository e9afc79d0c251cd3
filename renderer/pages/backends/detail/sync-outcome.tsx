import { Alert, Progress, Text } from '@mantine/core'
import type { Job } from '../../../api/use-job.ts'
import { useText } from '../../../texts/use-text.tsx'

interface Counts {
  readonly added: number
  readonly changed: number
  readonly removed: number
}

/** What a sync has brought. Its failure stands in the state of the copy. */
export function SyncOutcome({ job }: { readonly job: Job }) {
  const t = useText('backends')
  // The result of the job that `POST /api/backends/{id}/sync` starts.
  const result = job.state === 'done' ? (job.result as Counts) : null
  if (result === null) return null
  const { added, changed, removed } = result
  return (
    <Alert color="petrol" title={t('syncDone')}>
      {t('syncResult', { added, changed, removed })}
    </Alert>
  )
}

/** How far the reading is; without a number to reach, it only moves. */
export function SyncProgress({ job: { done, total } }: { readonly job: Job }) {
  const t = useText('backends')
  return (
    <>
      <Text size="sm">{t('syncRunning', { count: done })}</Text>
      <Progress
        mt={4}
        animated={total === null}
        value={total === null ? 100 : (done / Math.max(1, total)) * 100}
        aria-label={t('sync')}
      />
    </>
  )
}

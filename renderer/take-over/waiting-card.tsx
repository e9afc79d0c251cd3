import { Button, Group, Loader, Stack, Text } from '@mantine/core'
import { useChange } from '../api/hooks.ts'
import { CodeBlock } from '../components/code-block.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { Later } from '../components/later.tsx'
import { SectionCard } from '../components/section-card.tsx'
import { useText } from '../texts/use-text.tsx'
import { StepProgress } from './step-progress.tsx'
import { useImportProgress } from './use-import-progress.ts'

export interface WaitingCardProps {
  readonly canRestart: boolean
  /** Nothing waits any more: it is done, or was taken back. */
  readonly onDone: () => void
}

/** Whoever waits longer without a sign of life is told what may be. */
const LONG_MS = 30_000

/** From the order to the end of the import; the server is away for a part of it. */
export function WaitingCard({ canRestart, onDone }: WaitingCardProps) {
  const t = useText('take-over')
  const progress = useImportProgress(onDone)
  const state = progress?.state ?? 'away'
  return (
    <SectionCard title={t('waitingTitle')}>
      <Stack gap="md">
        {progress?.state === 'running' ? (
          <>
            <Text role="status">{t('waitingRunning')}</Text>
            <StepProgress
              step={progress.section ?? progress.part}
              done={progress.done}
              total={progress.total}
            />
          </>
        ) : (
          <Group gap="sm">
            {(canRestart || state === 'away') && <Loader size={20} aria-hidden />}
            <Text role="status">{t(waitingText(state, canRestart))}</Text>
          </Group>
        )}
        {state === 'waiting' &&
          (canRestart ? (
            <Later afterMs={LONG_MS}>
              <ByHand />
            </Later>
          ) : (
            <ByHand />
          ))}
        {state === 'away' && (
          <Later afterMs={LONG_MS}>
            <Text size="sm">{t('waitingLong')}</Text>
            <CodeBlock code="signpost doctor" />
          </Later>
        )}
      </Stack>
    </SectionCard>
  )
}

/** For a Signpost that nobody restarts by a click. */
function ByHand() {
  const t = useText('take-over')
  const cancel = useChange('POST /api/take-over/cancel')
  return (
    <>
      <CodeBlock code="systemctl restart signpost" />
      <Group>
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {t('cancel')}
        </Button>
      </Group>
      {cancel.error !== null && <ErrorState error={cancel.error} />}
    </>
  )
}

function waitingText(state: 'none' | 'waiting' | 'running' | 'away', canRestart: boolean) {
  if (state === 'away') return 'waitingAway'
  return canRestart ? 'waitingRestart' : 'waitingByHand'
}

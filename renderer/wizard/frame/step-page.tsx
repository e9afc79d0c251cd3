import { Alert, Button, Group, List, Stack } from '@mantine/core'
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { ErrorState } from '../../components/error-state.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { useDraftProblems, type Problem } from '../draft/use-draft-problems.ts'
import { neighbour, pathOf, stepIds, stepNames, type StepId } from '../steps.ts'

/** Whether it makes sense to go on, and what to know before that. */
export type Verdict =
  | { readonly kind: 'fine' }
  /** Something is being looked at; whoever wants to go on waits for it. */
  | { readonly kind: 'pending' }
  /** Going on is legitimate, the note says what will not work. */
  | { readonly kind: 'doubtful'; readonly note: string }
  /** Nothing after this could work. */
  | { readonly kind: 'blocked'; readonly note: string }

export interface StepPageProps {
  readonly step: StepId
  /** What this step decides, and how to know. */
  readonly lead: ReactNode
  readonly verdict?: Verdict
  /** The settings of this step, which have to be usable before it goes on. */
  readonly sections?: readonly string[]
  /** In the place of the button that goes on. */
  readonly action?: ReactNode
  readonly children: ReactNode
}

const none: readonly string[] = []

/** One step: title, content, the way back and on. */
export function StepPage(props: StepPageProps) {
  const { step, lead, verdict = { kind: 'fine' }, sections = none, action, children } = props
  const t = useText('wizard')
  const navigate = useNavigate()
  const draft = useDraft()
  const { look, problems } = useDraftProblems(sections)
  const [tried, setTried] = useState(false)
  const note = useRef<HTMLDivElement>(null)

  const go = (to: StepId) => {
    draft.choose('reached', Math.max(Number(draft.choice('reached') ?? 0), stepIds.indexOf(to)))
    draft.goTo(to)
    void navigate(pathOf(to))
  }
  const verdictInTime = useVerdictInTime(verdict)
  const goOn = useMutation({
    mutationFn: async () => {
      const seen = await verdictInTime()
      // What has just come up has to be read first.
      if (seen.kind === 'doubtful' && verdict.kind !== 'doubtful') return 'stay'
      return seen.kind === 'blocked' || (await look()).length > 0 ? 'refused' : 'go'
    },
    onSuccess(result) {
      setTried(result === 'refused')
      if (result === 'go') go(neighbour(step, 1))
      else note.current?.focus()
    },
  })
  const isAnyway = verdict.kind === 'doubtful'

  return (
    <>
      <PageHeader title={t(stepNames[step])} description={lead} />
      <Stack gap="lg">
        {children}
        {draft.saving === 'failed' ? (
          <ErrorState error={draft.error} onRetry={() => void draft.flush().catch(() => undefined)} />
        ) : (
          goOn.error !== null && <ErrorState error={goOn.error} />
        )}
        <div ref={note} tabIndex={-1} role="status">
          <Note verdict={verdict} tried={tried} problems={problems} />
        </div>
        <Group justify="space-between">
          {step === 'start' ? (
            <span />
          ) : (
            <Button
              variant="default"
              leftSection={<IconArrowLeft size={16} aria-hidden />}
              onClick={() => go(neighbour(step, -1))}
            >
              {t('back')}
            </Button>
          )}
          {action ?? (
            <Button
              variant={isAnyway ? 'default' : 'filled'}
              rightSection={<IconArrowRight size={16} aria-hidden />}
              loading={goOn.isPending}
              onClick={() => goOn.mutate()}
            >
              {t(isAnyway ? 'goOnAnyway' : 'next')}
            </Button>
          )}
        </Group>
      </Stack>
    </>
  )
}

/** The verdict once nothing is being looked at any more. */
function useVerdictInTime(verdict: Verdict): () => Promise<Verdict> {
  const waiting = useRef<((verdict: Verdict) => void) | null>(null)
  useEffect(() => {
    if (verdict.kind === 'pending') return
    waiting.current?.(verdict)
    waiting.current = null
  }, [verdict])
  return () =>
    verdict.kind === 'pending'
      ? new Promise((resolve) => {
          waiting.current = resolve
        })
      : Promise.resolve(verdict)
}

interface NoteProps {
  readonly verdict: Verdict
  readonly tried: boolean
  readonly problems: readonly Problem[]
}

/** What keeps one from going on is said when one tries to; what is doubtful is said before. */
function Note({ verdict, tried, problems }: NoteProps) {
  const t = useText('wizard')
  const isStopped = tried && (verdict.kind === 'blocked' || problems.length > 0)
  if (!isStopped) return verdict.kind === 'doubtful' ? <Alert color="orange">{verdict.note}</Alert> : null
  if (verdict.kind === 'blocked') return <Alert color="red">{verdict.note}</Alert>
  return (
    <Alert color="red" title={t('notUsable')}>
      <List size="sm">
        {problems.map(({ path, message, fix }) => (
          <List.Item key={`${path} ${message}`}>
            <code>{path}</code> <span lang="en">{`${message} ${fix}`}</span>
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

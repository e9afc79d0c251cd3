import { Anchor, Box, Group, Progress, Text } from '@mantine/core'
import { Suspense, useEffect, useRef, type ReactNode } from 'react'
import { Link } from 'react-router'
import { PlainFrame } from '../../app/plain-frame.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { stepIds, stepNames, type StepId } from '../steps.ts'
import { StepList } from './step-list.tsx'
import classes from './wizard-frame.module.css'

/** Around a step: where one is, the way to the others, and the way out. */
export function WizardFrame({ step, children }: { readonly step: StepId; readonly children: ReactNode }) {
  const t = useText('wizard')
  const { choice } = useDraft()
  const content = useStepFocus(step)
  const index = stepIds.indexOf(step)
  const reached = Math.max(index, Number(choice('reached') ?? 0))
  return (
    <PlainFrame wide>
      <div className={classes.columns}>
        <Box component="nav" className={classes.side} aria-label={t('steps')}>
          <StepList current={step} reached={reached} />
          <LeaveLink />
        </Box>
        <div>
          <div className={classes.progress}>
            <Group justify="space-between" mb={6}>
              <Text size="sm" fw={600}>
                {t('stepOf', { step: index + 1, count: stepIds.length, name: t(stepNames[step]) })}
              </Text>
              <LeaveLink />
            </Group>
            <Progress.Root size="sm">
              <Progress.Section
                value={((index + 1) / stepIds.length) * 100}
                aria-label={t('progress')}
                aria-valuetext={t('stepOf', {
                  step: index + 1,
                  count: stepIds.length,
                  name: t(stepNames[step]),
                })}
              />
            </Progress.Root>
          </div>
          <div ref={content} tabIndex={-1} className={classes.step}>
            <Suspense fallback={<LoadingRows />}>{children}</Suspense>
          </div>
        </div>
      </div>
    </PlainFrame>
  )
}

function LeaveLink() {
  const t = useText('wizard')
  return (
    <Anchor component={Link} to="/" size="sm" display="inline-block" p="xs">
      {t('leave')}
    </Anchor>
  )
}

/** After a change of step the focus is at its beginning, as after the load of a document. */
function useStepFocus(step: StepId) {
  const content = useRef<HTMLDivElement>(null)
  const last = useRef(step)
  useEffect(() => {
    if (last.current === step) return
    last.current = step
    content.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [step])
  return content
}

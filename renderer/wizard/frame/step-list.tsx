import { IconCheck } from '@tabler/icons-react'
import { Link } from 'react-router'
import { useText } from '../../texts/use-text.tsx'
import { pathOf, stepIds, stepNames, type StepId } from '../steps.ts'
import classes from './step-list.module.css'

export interface StepListProps {
  readonly current: StepId
  /** Number of the furthest step that was opened. */
  readonly reached: number
}

/** All steps; those that were opened once can be gone back to. */
export function StepList({ current, reached }: StepListProps) {
  const t = useText('wizard')
  return (
    <ol className={classes.list}>
      {stepIds.map((step, index) => {
        const isCurrent = step === current
        const isDone = index < reached && !isCurrent
        const inside = (
          <>
            <span className={classes.mark} aria-hidden>
              {isDone ? <IconCheck size={14} /> : index + 1}
            </span>
            {t(stepNames[step])}
            {isDone && <span className="visually-hidden">{t('stepDone')}</span>}
          </>
        )
        return (
          <li key={step}>
            {index > reached ? (
              <span className={classes.step} data-future>
                {inside}
              </span>
            ) : (
              <Link
                to={pathOf(step)}
                className={classes.step}
                data-done={isDone || undefined}
                aria-current={isCurrent ? 'step' : undefined}
              >
                {inside}
              </Link>
            )}
          </li>
        )
      })}
    </ol>
  )
}

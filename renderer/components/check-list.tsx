import { Loader, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText, type PlainKey } from '../texts/use-text.tsx'
import classes from './check-list.module.css'
import { CodeBlock } from './code-block.tsx'
import { StatusIcon, type StatusKind } from './status.tsx'

export type CheckOutcome = 'ok' | 'warning' | 'failed' | 'skipped' | 'running'

export interface CheckStep {
  readonly id: string
  readonly title: ReactNode
  readonly outcome: CheckOutcome
  readonly detail?: ReactNode
  readonly cause?: ReactNode
  readonly fix?: ReactNode
  /** To paste somewhere, as part of the fix. */
  readonly snippet?: string
}

const kinds = {
  ok: 'ok',
  warning: 'warning',
  failed: 'problem',
  skipped: 'unknown',
} as const satisfies Record<Exclude<CheckOutcome, 'running'>, StatusKind>

const words = {
  ok: 'checkOk',
  warning: 'checkWarning',
  failed: 'checkFailed',
  skipped: 'checkSkipped',
  running: 'checkRunning',
} as const satisfies Record<CheckOutcome, PlainKey<'common'>>

/** The steps of a check in their order: what was tried, how it went, and what to do. */
export function CheckList({ steps }: { readonly steps: readonly CheckStep[] }) {
  return (
    <ol className={classes.list} aria-live="polite">
      {steps.map((step) => (
        <CheckRow key={step.id} {...step} />
      ))}
    </ol>
  )
}

function CheckRow({ title, outcome, detail, cause, fix, snippet }: CheckStep) {
  const t = useText('common')
  return (
    <li className={classes.step}>
      <span className={classes.mark} role="img" aria-label={t(words[outcome])}>
        {outcome === 'running' ? <Loader size={16} aria-hidden /> : <StatusIcon kind={kinds[outcome]} />}
      </span>
      <div className={classes.body}>
        <Text component="div" fw={500}>
          {title}
        </Text>
        {detail !== undefined && (
          <Text component="div" size="sm" c="dimmed">
            {detail}
          </Text>
        )}
        {cause !== undefined && (
          <Text component="div" size="sm">
            <b>{t('cause')}:</b> {cause}
          </Text>
        )}
        {fix !== undefined && (
          <Text component="div" size="sm">
            <b>{t('whatToDo')}:</b> {fix}
          </Text>
        )}
        {snippet !== undefined && <CodeBlock code={snippet} />}
      </div>
    </li>
  )
}

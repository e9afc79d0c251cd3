import { Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ApiError } from '../../../api/api-error.ts'
import { SectionCard } from '../../../components/section-card.tsx'
import { QuestionForm, type QuestionFormProps } from './question-form.tsx'

/** Directories are asked, each with a time limit of its own. */
export const PATIENCE_MS = 60_000

export interface TrialCardProps<A> extends Pick<
  QuestionFormProps,
  'label' | 'placeholder' | 'field' | 'onAsk'
> {
  readonly title: string
  readonly description: string
  /** The call that asks. */
  readonly ask: {
    readonly isPending: boolean
    readonly error: ApiError | null
    readonly data: A | undefined
  }
  /** The answer in words. */
  readonly children: (answer: A) => ReactNode
}

/** A question to the rules in force, and its answer. */
export function TrialCard<A>({ title, description, ask, children, ...form }: TrialCardProps<A>) {
  return (
    <SectionCard title={title} description={description}>
      <Stack gap="md">
        <QuestionForm {...form} pending={ask.isPending} error={ask.error} />
        <div role="status">{ask.data !== undefined && !ask.isPending && children(ask.data)}</div>
      </Stack>
    </SectionCard>
  )
}

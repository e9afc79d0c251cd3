import { Button, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { ApiError } from '../api/api-error.ts'
import { ErrorState } from './error-state.tsx'
import { FindingList, type Finding } from './finding-list.tsx'
import { SectionCard } from './section-card.tsx'

export interface FindingsCardProps {
  readonly title: string
  readonly description: string
  /** On the button. */
  readonly action: string
  /** The call that looks. */
  readonly look: {
    readonly isPending: boolean
    readonly error: ApiError | null
    readonly data: { readonly findings: readonly Finding[] } | undefined
  }
  readonly onLook: () => void
  /** Leaves out what says nothing in this place. */
  readonly keep?: (finding: Finding) => boolean
  /** In the place of findings that are on their way. */
  readonly waiting: ReactNode
  /** When there is nothing to say. */
  readonly nothing: string
}

/** What the doctor sees of one part of an installation, when asked. */
export function FindingsCard(props: FindingsCardProps) {
  const { title, description, action, look, onLook, keep = () => true, waiting, nothing } = props
  const findings = look.data?.findings.filter((finding) => finding.status !== 'skipped' && keep(finding))
  return (
    <SectionCard
      title={title}
      description={description}
      aside={
        <Button variant="default" size="xs" loading={look.isPending} onClick={onLook}>
          {action}
        </Button>
      }
    >
      <div aria-live="polite">
        {look.isPending && waiting}
        {look.error !== null && <ErrorState error={look.error} onRetry={onLook} />}
        {findings !== undefined &&
          !look.isPending &&
          (findings.length > 0 ? <FindingList findings={findings} /> : <Text size="sm">{nothing}</Text>)}
      </div>
    </SectionCard>
  )
}

import type { AnswerOf } from '../api/client.ts'
import { CheckList, type CheckOutcome } from './check-list.tsx'

export type Finding = AnswerOf<'POST /api/doctor'>['findings'][number]

const outcomes = {
  ok: 'ok',
  warning: 'warning',
  problem: 'failed',
  skipped: 'skipped',
} as const satisfies Record<Finding['status'], CheckOutcome>

/** What the doctor has seen. The server tells it in English; screen readers are told so. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  const english = (text: string) => <span lang="en">{text}</span>
  return (
    <CheckList
      steps={findings.map(({ code, title, subject, status, detail, cause, fix }, index) => ({
        id: `${code} ${subject ?? ''} ${index}`,
        title: english(subject === null ? title : `${title}: ${subject}`),
        outcome: outcomes[status],
        detail: english(detail),
        ...(cause === null ? {} : { cause: english(cause) }),
        ...(fix === null ? {} : { fix: english(fix) }),
      }))}
    />
  )
}

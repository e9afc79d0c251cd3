import { Text } from '@mantine/core'
import { useText } from '../texts/use-text.tsx'
import { CheckList, type CheckOutcome, type CheckStep } from './check-list.tsx'
import { useFindingWords, type Finding, type Words } from './use-finding-words.ts'

export type { Finding }

const outcomes = {
  ok: 'ok',
  warning: 'warning',
  problem: 'failed',
  skipped: 'skipped',
} as const satisfies Record<Finding['status'], CheckOutcome>

export interface FindingListProps {
  readonly findings: readonly Finding[]
  /** Names the place in the documentation that tells more. */
  readonly withLinks?: boolean
}

/** What the doctor has seen: in the language of the console as far as there are words, else marked as English. */
export function FindingList({ findings, withLinks = false }: FindingListProps) {
  const t = useText('common')
  const wordsOf = useFindingWords()
  const stepOf = (finding: Finding, index: number): CheckStep => {
    const { code, subject, status, detail, link } = finding
    const { title, cause, fix } = wordsOf(finding)
    return {
      id: `${code} ${subject ?? ''} ${index}`,
      title: (
        <>
          <Said words={title} />
          {subject !== null && `: ${subject}`}
        </>
      ),
      outcome: outcomes[status],
      detail: <span lang="en">{detail}</span>,
      ...(cause === null ? {} : { cause: <Said words={cause} /> }),
      ...(fix === null
        ? {}
        : {
            fix: (
              <>
                <Said words={fix} />
                {withLinks && link !== null && (
                  <Text component="div" size="xs" c="dimmed">
                    {t('moreInDocs', { link })}
                  </Text>
                )}
              </>
            ),
          }),
    }
  }
  return <CheckList steps={findings.map(stepOf)} />
}

function Said({ words: { text, isEnglish } }: { readonly words: Words }) {
  return <span {...(isEnglish ? { lang: 'en' } : {})}>{text}</span>
}

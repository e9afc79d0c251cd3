import { Text } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { CheckList, type CheckOutcome, type CheckStep } from '../../../components/check-list.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'

type Explanation = AnswerOf<'POST /api/lookup/explain'>
type Opinion = Explanation['opinions'][number]
type Remote = Explanation['remote'][number]

const marks = {
  found: 'ok',
  unknown: 'skipped',
  failed: 'failed',
  skipped: 'warning',
  'not-asked': 'skipped',
} as const satisfies Record<Opinion['outcome'] | Remote['outcome'], CheckOutcome>

const words = {
  found: 'saidFound',
  unknown: 'saidUnknown',
  failed: 'saidFailed',
  skipped: 'saidSkipped',
  'not-asked': 'saidNotAsked',
} as const

/** What every source said, in the order in which they count. */
export function Opinions({ explanation: { opinions, remote } }: { readonly explanation: Explanation }) {
  const t = useText('backends')
  const formats = useFormats()
  const sourceOf = ({ source, where, type }: Opinion) =>
    source === 'association'
      ? t('sourceAssociation')
      : t(where === 'directory' ? 'sourceLive' : type === 'list' ? 'sourceList' : 'sourceCopy', { source })
  const detailOf = ({ outcome, mxids, ms, syncedAt }: Opinion) =>
    [
      outcome === 'found' ? mxids.join(', ') : t(words[outcome]),
      formats.duration(ms),
      ...(syncedAt === null ? [] : [t('copyOf', { time: formats.dateTime(syncedAt) })]),
    ].join(' · ')
  const steps: CheckStep[] = [
    ...opinions.map((opinion) => ({
      id: `${opinion.source} ${opinion.where}`,
      title: sourceOf(opinion),
      outcome: marks[opinion.outcome],
      detail: detailOf(opinion),
      ...(opinion.failure === null ? {} : { cause: opinion.failure.message, fix: opinion.failure.fix }),
    })),
    ...remote.map(({ source, outcome, mxid, ms, detail }) => ({
      id: source,
      title: source,
      outcome: marks[outcome],
      detail: `${mxid ?? t(words[outcome])} · ${formats.duration(ms)} · ${detail}`,
    })),
  ]
  return (
    <div>
      <Text size="sm" fw={600} mb="xs">
        {t('opinions')}
      </Text>
      <CheckList steps={steps} />
    </div>
  )
}

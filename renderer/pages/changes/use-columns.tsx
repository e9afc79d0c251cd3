import { Text } from '@mantine/core'
import type { Column } from '../../components/data-table/columns.ts'
import { Time } from '../../components/time.tsx'
import { useText } from '../../texts/use-text.tsx'
import { ChangeState } from './change-state.tsx'
import { useOperationText } from './operation-text.ts'
import type { Change } from './use-change-list.ts'

export function useColumns(): readonly Column<Change>[] {
  const t = useText('changes')
  return [
    { id: 'at', header: t('when'), width: '11rem', cell: ({ at }) => <Time at={at} /> },
    { id: 'by', header: t('who'), width: '12rem', cell: ({ by }) => by ?? t('nobody') },
    { id: 'what', header: t('what'), cell: whatOf },
    { id: 'state', header: t('state'), width: '12rem', cell: stateOf },
  ]
}

const whatOf = (change: Change) => <What change={change} />
const stateOf = ({ state }: Change) => <ChangeState state={state} />

function What({ change: { operation, target, summary } }: { readonly change: Change }) {
  const textOf = useOperationText()
  // Going back to a moment has it as both.
  const details = [...new Set([target, summary])].filter((detail) => detail !== null && detail !== '')
  return (
    <div>
      <Text size="sm">{textOf(operation)}</Text>
      {details.map((detail) => (
        <Text key={detail} size="sm" c="dimmed">
          {detail}
        </Text>
      ))}
    </div>
  )
}

import { Text } from '@mantine/core'
import type { Column } from '../../components/data-table/columns.ts'
import { Time } from '../../components/time.tsx'
import { useText } from '../../texts/use-text.tsx'
import { ChangeState } from './change-state.tsx'
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

const stateOf = ({ state }: Change) => <ChangeState state={state} />

const whatOf = ({ operation, target, summary }: Change) => (
  <div>
    <Text size="sm">
      <code>{operation}</code> {target}
    </Text>
    {summary !== null && summary !== '' && (
      <Text size="sm" c="dimmed">
        {summary}
      </Text>
    )}
  </div>
)

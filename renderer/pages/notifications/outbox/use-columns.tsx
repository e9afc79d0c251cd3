import type { Column } from '../../../components/data-table/columns.ts'
import { Time } from '../../../components/time.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import type { OutboxRow, OutboxState } from './outbox-table.tsx'
import { useKindText } from './use-kind-text.ts'

/** What matters differs: when it is tried next, why it failed, when it went out. */
export function useColumns(state: OutboxState): readonly Column<OutboxRow>[] {
  const t = useText('notifications')
  const formats = useFormats()
  const kindText = useKindText()
  const what: Column<OutboxRow> = { id: 'what', header: t('what'), width: '13rem', cell: kindText }
  const to: Column<OutboxRow> = { id: 'to', header: t('to'), width: '12rem', cell: ({ to: at }) => at ?? '–' }
  const error: Column<OutboxRow> = { id: 'error', header: t('lastError'), cell: errorOf }
  const attempts: Column<OutboxRow> = {
    ...{ id: 'attempts', header: t('attempts'), width: '7rem', align: 'end' },
    cell: (row) => formats.number(row.attempts),
  }
  const since: Column<OutboxRow> = { id: 'since', header: t('since'), width: '11rem', cell: createdOf }
  switch (state) {
    case 'waiting':
      return [what, to, error, attempts, { id: 'next', header: t('nextTry'), width: '10rem', cell: nextOf }]
    case 'failed':
      return [what, to, error, attempts, { id: 'ended', header: t('gaveUp'), width: '10rem', cell: endOf }]
    case 'sent':
      return [what, attempts, since, { id: 'ended', header: t('sentAt'), width: '11rem', cell: endOf }]
  }
}

const errorOf = ({ lastError }: OutboxRow) => (lastError === null ? '–' : <span lang="en">{lastError}</span>)
const createdOf = ({ createdAt }: OutboxRow) => <Time at={createdAt} />
const endOf = ({ finishedAt }: OutboxRow) => (finishedAt === null ? '–' : <Time at={finishedAt} />)
const nextOf = (row: OutboxRow) => <NextTry row={row} />

function NextTry({ row: { state, nextAttemptAt } }: { readonly row: OutboxRow }) {
  const t = useText('notifications')
  return state === 'sending' ? t('underWay') : <Time at={nextAttemptAt} />
}

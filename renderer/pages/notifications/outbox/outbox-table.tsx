import { useState } from 'react'
import type { AnswerOf } from '../../../api/client.ts'
import { useApiPages } from '../../../api/hooks.ts'
import { DataTable } from '../../../components/data-table/data-table.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { MessageDrawer } from './message-drawer.tsx'
import { useColumns } from './use-columns.tsx'

export type OutboxState = 'waiting' | 'failed' | 'sent'
export type OutboxRow = AnswerOf<'GET /api/notifications/outbox'>['rows'][number]

export interface OutboxTableProps {
  readonly state: OutboxState
  readonly kind?: 'email' | 'sms'
}

const empty = {
  waiting: ['nothingWaits', 'nothingWaitsBody'],
  failed: ['nothingFailed', 'nothingFailedBody'],
  sent: ['nothingSent', 'nothingSentBody'],
} as const

export function OutboxTable({ state, kind }: OutboxTableProps) {
  const t = useText('notifications')
  const columns = useColumns(state)
  const [opened, setOpened] = useState<OutboxRow | null>(null)
  const pages = useApiPages('GET /api/notifications/outbox', {
    query: { state, ...(kind === undefined ? {} : { kind }) },
  })
  const [title, body] = empty[state]
  return (
    <>
      <QueryView query={pages} loading={<LoadingRows rows={6} />}>
        {(data) => (
          <DataTable
            label={t('outbox')}
            rows={data.pages.flatMap(({ rows }) => rows)}
            rowKey={({ id }) => id}
            rowName={({ to, kind: of }) => to ?? of}
            columns={columns}
            more={pages}
            onOpen={setOpened}
            empty={<EmptyState title={t(title)}>{t(body)}</EmptyState>}
          />
        )}
      </QueryView>
      <MessageDrawer row={opened} onClose={() => setOpened(null)} />
    </>
  )
}

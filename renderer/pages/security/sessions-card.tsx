import { Button } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { useApi, useChange } from '../../api/hooks.ts'
import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useText } from '../../texts/use-text.tsx'
import { browserName } from './browser-name.ts'

type Session = AnswerOf<'GET /api/sessions'>['sessions'][number]

/** The browsers in which the administrator is signed in. */
export function SessionsCard() {
  const t = useText('security')
  const sessions = useApi('GET /api/sessions')
  const columns = useColumns()
  const endOthers = useChange('POST /api/sessions/end-others')
  const others = sessions.data?.sessions.filter(({ current }) => !current).length ?? 0
  return (
    <SectionCard
      title={t('sessions')}
      description={t('sessionsBody')}
      aside={
        others > 0 ? (
          <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t('endOthers')}
          </Button>
        ) : undefined
      }
    >
      {endOthers.error !== null && <ErrorState error={endOthers.error} />}
      <QueryView query={sessions} loading={<LoadingRows rows={2} />}>
        {(data) => (
          <DataTable
            label={t('sessions')}
            rows={data.sessions}
            rowKey={({ id }) => id}
            columns={columns}
            empty={null}
          />
        )}
      </QueryView>
    </SectionCard>
  )
}

function useColumns(): readonly Column<Session>[] {
  const t = useText('security')
  return [
    {
      id: 'browser',
      header: t('browser'),
      cell: ({ userAgent }) => browserName(userAgent) ?? t('unknownBrowser'),
    },
    { id: 'address', header: t('address'), cell: addressOf },
    { id: 'seen', header: t('seen'), cell: seenOf },
    { id: 'end', header: t('end'), align: 'end', width: '12rem', cell: endOf },
  ]
}

const addressOf = ({ clientAddress }: Session) => <code>{clientAddress}</code>
const seenOf = ({ seenAt }: Session) => <Time at={seenAt} />
const endOf = (session: Session) => <EndSession session={session} />

function EndSession({ session: { id, current, userAgent } }: { readonly session: Session }) {
  const t = useText('security')
  const end = useChange('DELETE /api/sessions/{id}')
  if (current) return <Status kind="ok" label={t('here')} />
  return (
    <Button
      size="xs"
      variant="default"
      loading={end.isPending}
      aria-label={t('endOf', { browser: browserName(userAgent) ?? t('unknownBrowser') })}
      onClick={() => end.mutate({ params: { id } })}
    >
      {t('end')}
    </Button>
  )
}

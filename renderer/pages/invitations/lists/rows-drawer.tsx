import { Text } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { useApiPages } from '../../../api/hooks.ts'
import { DataTable } from '../../../components/data-table/data-table.tsx'
import { DetailDrawer } from '../../../components/detail-drawer.tsx'
import { maskAddress } from '../../../components/mask.ts'
import { MaskedAddress } from '../../../components/masked-address.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { Status, type StatusKind } from '../../../components/status.tsx'
import { useText, type PlainKey } from '../../../texts/use-text.tsx'
import type { InviteList } from './use-lists.ts'

type Row = AnswerOf<'GET /api/invite-lists/{id}/rows'>['rows'][number]

const kinds = {
  waiting: 'unknown',
  mailed: 'ok',
  invited: 'ok',
  skipped: 'off',
  failed: 'problem',
} as const satisfies Record<Row['state'], StatusKind>

/** Everybody of a list, and what became of them. */
export function RowsDrawer({
  list,
  onClose,
}: {
  readonly list: InviteList | null
  readonly onClose: () => void
}) {
  const t = useText('invitations')
  return (
    <DetailDrawer opened={list !== null} onClose={onClose} title={t('listOf')}>
      {list !== null && <Rows key={list.id} id={list.id} />}
    </DetailDrawer>
  )
}

function Rows({ id }: { readonly id: string }) {
  const t = useText('invitations')
  const rows = useApiPages('GET /api/invite-lists/{id}/rows', { params: { id }, query: {} })
  return (
    <QueryView query={rows}>
      {({ pages }) => (
        <DataTable
          label={t('listOf')}
          rows={pages.flatMap((page) => page.rows)}
          rowKey={({ position }) => String(position)}
          rowName={({ address }) => maskAddress(address)}
          more={rows}
          columns={[
            { id: 'address', header: t('address'), cell: addressOf },
            { id: 'state', header: t('state'), cell: stateOf },
          ]}
          empty={null}
        />
      )}
    </QueryView>
  )
}

const addressOf = ({ address }: Row) => <MaskedAddress address={address} />
const stateOf = (row: Row) => <RowState {...row} />

/** Our own reasons have a sentence; what a homeserver says stays as it is. */
const reasons = {
  'in-room': 'why_in-room',
  'invited-before': 'why_invited-before',
  banned: 'why_banned',
  blocked: 'why_blocked',
} as const satisfies Record<string, PlainKey<'invitations'>>

const isReason = (detail: string): detail is keyof typeof reasons => Object.hasOwn(reasons, detail)

function RowState({ state, detail }: Row) {
  const t = useText('invitations')
  return (
    <div>
      <Status kind={kinds[state]} label={t(`row_${state}`)} />
      {detail !== null && (
        <Text size="sm" c="dimmed">
          {isReason(detail) ? t(reasons[detail]) : detail}
        </Text>
      )}
    </div>
  )
}

import { Alert, Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { DataTable } from '../../../components/data-table/data-table.tsx'
import { Status, type StatusKind } from '../../../components/status.tsx'
import { useText } from '../../../texts/use-text.tsx'

export type Preview = AnswerOf<'POST /api/invite-lists/preview'>

const kinds = {
  mail: 'ok',
  direct: 'ok',
  invalid: 'problem',
  duplicate: 'off',
  blocked: 'warning',
} as const satisfies Record<Preview['rows'][number]['becomes'], StatusKind>

/** How many of a preview are invited. */
export const invitedIn = ({ rows }: Preview) =>
  rows.filter(({ becomes }) => becomes === 'mail' || becomes === 'direct').length

/** What becomes of each row of the file. Whoever typed the addresses sees them whole. */
export function PreviewTable({ preview }: { readonly preview: Preview }) {
  const t = useText('invitations')
  const { rows, tooMany } = preview
  const count = (what: Preview['rows'][number]['becomes']) =>
    rows.filter(({ becomes }) => becomes === what).length
  const [mail, direct] = [count('mail'), count('direct')]
  return (
    <Stack gap="sm">
      <Text role="status" fw={600}>
        {t('previewCounts', { mail, direct, rest: rows.length - mail - direct })}
      </Text>
      {tooMany && <Alert color="red" title={t('previewTooMany')} />}
      {mail + direct === 0 && <Alert color="orange" title={t('previewNobody')} />}
      <DataTable
        label={t('previewList')}
        rows={rows}
        rowKey={({ line }) => String(line)}
        columns={[
          { id: 'line', header: t('line'), width: '5rem', cell: ({ line }) => line },
          { id: 'address', header: t('address'), cell: ({ address }) => address },
          {
            id: 'becomes',
            header: t('becomes'),
            width: '45%',
            sortBy: ({ becomes }) => becomes,
            cell: becomesOf,
          },
        ]}
        empty={null}
      />
    </Stack>
  )
}

const becomesOf = (row: Preview['rows'][number]) => <Becomes {...row} />

function Becomes({ becomes, mxid }: Preview['rows'][number]) {
  const t = useText('invitations')
  return (
    <div>
      <Status kind={kinds[becomes]} label={t(`becomes_${becomes}`)} />
      {mxid !== null && (
        <Text size="sm" c="dimmed">
          {mxid}
        </Text>
      )}
    </div>
  )
}

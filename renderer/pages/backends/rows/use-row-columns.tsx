import type { Column } from '../../../components/data-table/columns.ts'
import { useText } from '../../../texts/use-text.tsx'
import { useAddressText } from '../reveal.tsx'
import { typedAddress, type ListRow } from './row.ts'

export function useRowColumns(): readonly Column<ListRow>[] {
  const t = useText('backends')
  return [
    { id: 'address', header: t('address'), width: '40%', cell: (row) => <Address row={row} /> },
    { id: 'mxid', header: t('mxid'), width: '32%', cell: ({ mxid }) => mxid },
    { id: 'name', header: t('name'), cell: ({ displayName }) => displayName },
  ]
}

function Address({ row }: { readonly row: ListRow }) {
  const addressText = useAddressText()
  return addressText(typedAddress(row))
}

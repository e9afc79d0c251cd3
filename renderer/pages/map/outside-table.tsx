import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { Time } from '../../components/time.tsx'
import { useFormats, useText, type PlainKey } from '../../texts/use-text.tsx'
import type { MapPicture } from './use-map.ts'

type Outside = MapPicture['outside'][number]

const purposes = {
  mail: 'mail',
  sms: 'sms',
  peer: 'peer',
  central: 'central',
  bridge: 'bridge',
  homeserver: 'homeserver',
  backend: 'backend',
} as const satisfies Record<Outside['purpose'], PlainKey<'map'>>

export function OutsideTable({ outside }: Pick<MapPicture, 'outside'>) {
  const t = useText('map')
  const formats = useFormats()
  const columns: readonly Column<Outside>[] = [
    { id: 'host', header: t('host'), cell: ({ host }) => host, sortBy: ({ host }) => host },
    {
      id: 'purpose',
      header: t('purpose'),
      cell: ({ purpose }) => t(purposes[purpose]),
      sortBy: ({ purpose }) => t(purposes[purpose]),
    },
    { id: 'first', header: t('firstTime'), cell: firstOf, sortBy: ({ firstAt }) => firstAt, wideOnly: true },
    { id: 'last', header: t('lastTime'), cell: lastOf, sortBy: ({ lastAt }) => lastAt },
    {
      id: 'calls',
      header: t('calls'),
      cell: ({ calls }) => formats.number(calls),
      sortBy: ({ calls }) => calls,
      align: 'end',
    },
    {
      id: 'failures',
      header: t('failures'),
      cell: ({ failures }) => formats.number(failures),
      sortBy: ({ failures }) => failures,
      align: 'end',
    },
  ]
  return (
    <DataTable
      label={t('outside')}
      rows={outside}
      columns={columns}
      rowKey={({ host, purpose }) => `${host} ${purpose}`}
      firstSorting={{ column: 'last', descending: true }}
      empty={null}
    />
  )
}

const firstOf = ({ firstAt }: Outside) => <Time at={firstAt} />
const lastOf = ({ lastAt }: Outside) => <Time at={lastAt} />

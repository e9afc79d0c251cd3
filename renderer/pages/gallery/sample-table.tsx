import { useState } from 'react'
import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { MaskedAddress } from '../../components/masked-address.tsx'
import { Status } from '../../components/status.tsx'
import { kinds } from './samples.ts'

interface Person {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly rooms: number
  readonly kind: (typeof kinds)[number]
}

const people: readonly Person[] = Array.from({ length: 10_000 }, (_, index) => ({
  id: `p${index}`,
  name: `Person ${index + 1}`,
  address: `person${index + 1}@example.org`,
  rooms: (index * 7919) % 100,
  kind: kinds[index % kinds.length] ?? 'unknown',
}))

const columns: readonly Column<Person>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name, sortBy: ({ name }) => name },
  { id: 'address', header: 'Address', cell: ({ address }) => <MaskedAddress address={address} /> },
  { id: 'state', header: 'State', cell: ({ kind }) => <Status kind={kind} /> },
  { id: 'rooms', header: 'Rooms', cell: ({ rooms }) => rooms, sortBy: ({ rooms }) => rooms, align: 'end' },
]

export function SampleTable() {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set(['p1']))
  return (
    <DataTable
      label="People"
      rows={people}
      columns={columns}
      rowKey={({ id }) => id}
      rowName={({ name }) => name}
      choice={{ keys, onChange: setKeys }}
      empty={<EmptyState title="Nobody" />}
    />
  )
}

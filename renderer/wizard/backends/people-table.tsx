import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { EmptyState } from '../../components/empty-state.tsx'
import { DataTable } from '../../components/data-table/data-table.tsx'
import type { Column } from '../../components/data-table/columns.ts'
import { Status } from '../../components/status.tsx'
import { useText } from '../../texts/use-text.tsx'

export interface Person {
  readonly mxid: string | null
  readonly displayName: string | null
  /** `email anna@example.org` */
  readonly addresses: readonly string[]
  readonly problems?: readonly string[]
}

/** The first people of a directory as they would be known. In full: whoever sets this up has the directory itself. */
export function PeopleTable({ people }: { readonly people: readonly Person[] }) {
  const t = useText('wizard-people')
  return (
    <DataTable
      label={t('people')}
      rows={people}
      columns={useColumns()}
      rowKey={({ mxid, addresses, displayName }) => `${mxid} ${displayName} ${addresses.join(' ')}`}
      rowName={({ mxid, displayName }) => displayName ?? mxid ?? ''}
      empty={<EmptyState title={t('peopleNone')}>{t('peopleNoneWhat')}</EmptyState>}
    />
  )
}

function useColumns(): readonly Column<Person>[] {
  const t = useText('wizard-people')
  return useMemo(
    () => [
      { id: 'name', header: t('personName'), cell: ({ displayName }) => displayName ?? '–', width: '24%' },
      { id: 'mxid', header: t('personMxid'), cell: ({ mxid }) => <MatrixId mxid={mxid} />, width: '32%' },
      { id: 'addresses', header: t('personAddresses'), cell: (person) => <Addresses {...person} /> },
    ],
    [t],
  )
}

function MatrixId({ mxid }: Pick<Person, 'mxid'>) {
  const t = useText('wizard-people')
  return mxid ?? <Status kind="problem" label={t('personNone')} />
}

function Addresses({ addresses, problems = [] }: Person) {
  const t = useText('wizard-people')
  return (
    <>
      {addresses.map((address) => (
        <Text key={address} size="sm">
          {address.replace(/^email /, '').replace(/^msisdn /, '+')}
        </Text>
      ))}
      {problems.map((problem) => (
        <Text key={problem} size="sm" c="dimmed" lang="en">
          {t('personLeftOut', { problem })}
        </Text>
      ))}
    </>
  )
}

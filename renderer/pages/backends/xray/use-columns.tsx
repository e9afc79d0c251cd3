import { Text } from '@mantine/core'
import type { Column } from '../../../components/data-table/columns.ts'
import { useText } from '../../../texts/use-text.tsx'
import type { XrayRow } from '../model.ts'
import { useAddressText } from '../reveal.tsx'
import { RowProblems } from './row-problems.tsx'
import classes from './xray.module.css'

export function useColumns(): readonly Column<XrayRow>[] {
  const t = useText('backends')
  return [
    {
      id: 'mxid',
      header: t('mxid'),
      width: '24%',
      sortBy: ({ mxid }) => mxid,
      cell: ({ mxid, displayName }) => (
        <>
          {mxid ?? (
            <Text component="span" size="sm" c="var(--status-problem)" fw={600}>
              {t('leftOut')}
            </Text>
          )}
          {displayName !== null && (
            <Text size="sm" c="dimmed">
              {displayName}
            </Text>
          )}
        </>
      ),
    },
    {
      id: 'raw',
      header: t('inDirectory'),
      width: '28%',
      sortBy: ({ raw }) => raw?.user ?? null,
      cell: ({ raw }) => <Raw raw={raw} />,
    },
    { id: 'addresses', header: t('addressesHead'), width: '22%', cell: (row) => <Addresses row={row} /> },
    { id: 'problems', header: t('problems'), cell: (row) => <RowProblems row={row} /> },
  ]
}

/** The values as they stand in the directory. */
function Raw({ raw }: Pick<XrayRow, 'raw'>) {
  const t = useText('backends')
  const addressText = useAddressText()
  if (raw === null) return <Text size="sm">{t('unreadable')}</Text>
  const addresses = [...raw.emails, ...raw.phones].filter((value) => value !== '')
  const values = [raw.user, ...addresses.map(addressText)].filter((value) => value !== '')
  return (
    <ul className={classes.values}>
      {values.map((value, index) => (
        // The same value may stand there twice.
        <li key={`${index} ${value}`}>
          <code>{value}</code>
        </li>
      ))}
    </ul>
  )
}

function Addresses({ row: { addresses, contested } }: { readonly row: XrayRow }) {
  const addressText = useAddressText()
  return (
    <ul className={classes.values}>
      {addresses.map(({ medium, address }) => (
        <li
          key={`${medium} ${address}`}
          data-contested={contested.some((one) => one.address === address) || undefined}
        >
          {addressText(medium === 'msisdn' ? `+${address}` : address)}
        </li>
      ))}
    </ul>
  )
}

import { Text } from '@mantine/core'
import type { Column } from '../../../components/data-table/columns.ts'
import { useText } from '../../../texts/use-text.tsx'
import type { XrayRow } from '../model.ts'
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
    { id: 'addresses', header: t('addressesHead'), width: '22%', cell: addressesOf },
    { id: 'problems', header: t('problems'), cell: (row) => <RowProblems row={row} /> },
  ]
}

/** The values as they stand in the directory. */
function Raw({ raw }: Pick<XrayRow, 'raw'>) {
  const t = useText('backends')
  if (raw === null) return <Text size="sm">{t('unreadable')}</Text>
  const values = [raw.user, ...raw.emails, ...raw.phones].filter((value) => value !== '')
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

const addressesOf = ({ addresses, contested }: XrayRow) => (
  <ul className={classes.values}>
    {addresses.map(({ medium, address }) => (
      <li
        key={`${medium} ${address}`}
        data-contested={contested.some((one) => one.address === address) || undefined}
      >
        {medium === 'msisdn' ? `+${address}` : address}
      </li>
    ))}
  </ul>
)

import { Text } from '@mantine/core'
import type { ActivityRow } from '../../../../src/activity/log/row.ts'
import { MaskedAddress } from '../../../components/masked-address.tsx'
import { useText } from '../../../texts/use-text.tsx'

/** The address of a row, as far as the log kept it: masked for good, not at all, or in full behind a click. */
export function ShownAddress({ row: { address, subject } }: { readonly row: ActivityRow }) {
  const t = useText('activity')
  if (address !== null) return address.includes('***') ? address : <MaskedAddress address={address} />
  if (subject === null) return null
  return (
    <Text span size="sm" c="dimmed">
      {t('addressKept')}
    </Text>
  )
}

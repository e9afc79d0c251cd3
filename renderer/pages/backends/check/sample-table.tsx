import { Table, Text } from '@mantine/core'
import { useText } from '../../../texts/use-text.tsx'
import type { CheckStep } from '../model.ts'

type SamplePerson = NonNullable<CheckStep['sample']>[number]

/** A few people as they would be known. */
export function SampleTable({ people }: { readonly people: readonly SamplePerson[] }) {
  const t = useText('backends')
  return (
    <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-label={t('sampleTitle')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('mxid')}</Table.Th>
            <Table.Th>{t('name')}</Table.Th>
            <Table.Th>{t('addressesHead')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.slice(0, 10).map((person) => (
            <Table.Tr key={person.key}>
              <Table.Td>{person.mxid ?? t('leftOut')}</Table.Td>
              <Table.Td>{person.displayName}</Table.Td>
              <Table.Td>
                {person.addresses.map((address) => (
                  <div key={address}>{address.replace(/^\w+ /, '')}</div>
                ))}
                {person.problems.map((problem) => (
                  <Text key={problem} size="sm" c="var(--status-problem)">
                    {problem}
                  </Text>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

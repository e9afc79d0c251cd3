import { Table, Text } from '@mantine/core'
import { useText } from '../../../texts/use-text.tsx'
import type { CheckStep } from '../model.ts'
import { Revealable, useAddressText } from '../reveal.tsx'

type SamplePerson = NonNullable<CheckStep['sample']>[number]

/** A few people as they would be known. */
export function SampleTable({ people }: { readonly people: readonly SamplePerson[] }) {
  const t = useText('backends')
  return (
    <Revealable>
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
            {people.slice(0, MOST_SHOWN).map((person) => (
              <Person key={person.key} person={person} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Revealable>
  )
}

const MOST_SHOWN = 10

function Person({ person: { mxid, displayName, addresses, problems } }: { readonly person: SamplePerson }) {
  const t = useText('backends')
  const addressText = useAddressText()
  return (
    <Table.Tr>
      <Table.Td>{mxid ?? t('leftOut')}</Table.Td>
      <Table.Td>{displayName}</Table.Td>
      <Table.Td>
        {addresses.map((address) => (
          <div key={address}>{addressText(address.replace(/^msisdn /, '+').replace(/^email /, ''))}</div>
        ))}
        {problems.map((problem) => (
          <Text key={problem} size="sm" c="var(--status-problem)">
            {problem.replace(/"(.*)"/, (_whole, value: string) => `"${addressText(value)}"`)}
          </Text>
        ))}
      </Table.Td>
    </Table.Tr>
  )
}

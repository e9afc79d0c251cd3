import { Alert, Button, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { AnswerOf } from '../api/client.ts'
import { useChange } from '../api/hooks.ts'
import { EmptyState } from './empty-state.tsx'
import { ErrorState } from './error-state.tsx'
import { SectionCard } from './section-card.tsx'
import { useText } from '../texts/use-text.tsx'

type Found = AnswerOf<'POST /api/lookup/search'>

/** The directory search with the eyes of one user. */
export function ViewAsCard() {
  const t = useText('backends')
  const [userId, setUserId] = useState('')
  const [term, setTerm] = useState('')
  const search = useChange('POST /api/lookup/search', { invalidates: [], timeoutMs: 60_000 })
  const problem = search.error?.problems.find(({ path }) => path === 'userId')
  return (
    <SectionCard title={t('viewAs')} description={t('viewAsWhat')}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          search.mutate({ body: { userId, term } })
        }}
      >
        <Group align="flex-end" gap="sm">
          <TextInput
            label={t('viewAsUser')}
            placeholder="@anna:example.org"
            value={userId}
            error={problem && [problem.message, problem.fix].filter(Boolean).join(' ')}
            w="18rem"
            maw="100%"
            required
            withAsterisk={false}
            onChange={(event) => setUserId(event.currentTarget.value)}
          />
          <TextInput
            label={t('viewAsTerm')}
            value={term}
            w="14rem"
            maw="100%"
            required
            withAsterisk={false}
            onChange={(event) => setTerm(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={search.isPending}>
            {t('viewAsRun')}
          </Button>
        </Group>
      </form>
      <div aria-live="polite">
        {search.error !== null && problem === undefined && <ErrorState error={search.error} />}
        {search.data !== undefined && <FoundPeople found={search.data} />}
      </div>
    </SectionCard>
  )
}

function FoundPeople({ found }: { readonly found: Found }) {
  const t = useText('backends')
  const { userId, enabled, limited, seen, hidden } = found
  return (
    <Stack gap="sm" mt="md">
      {!enabled && (
        <Alert color="orange" title={t('viewAsOff')}>
          {t('viewAsOffBody')}
        </Alert>
      )}
      {seen.length + hidden.length === 0 ? (
        <EmptyState title={t('viewAsNobody', { user: userId })} />
      ) : (
        <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table aria-label={t('viewAsResult', { user: userId })}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('mxid')}</Table.Th>
                <Table.Th>{t('name')}</Table.Th>
                <Table.Th>{t('knownFrom')}</Table.Th>
                <Table.Th>{t('viewAsSees', { user: userId })}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {seen.map(({ mxid, displayName, source }) => (
                <Table.Tr key={mxid}>
                  <Table.Td>{mxid}</Table.Td>
                  <Table.Td>{displayName}</Table.Td>
                  <Table.Td>{source}</Table.Td>
                  <Table.Td>{t('yes')}</Table.Td>
                </Table.Tr>
              ))}
              {hidden.map(({ mxid, displayName, source, why }) => (
                <Table.Tr key={mxid}>
                  <Table.Td>{mxid}</Table.Td>
                  <Table.Td>{displayName}</Table.Td>
                  <Table.Td>{source}</Table.Td>
                  <Table.Td>{t(why === 'group' ? 'hiddenGroup' : 'hiddenExcluded')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {limited && <Text size="sm">{t('viewAsLimited')}</Text>}
      <Text size="sm" c="dimmed">
        {t('viewAsHomeserver')}
      </Text>
    </Stack>
  )
}

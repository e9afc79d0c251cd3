import { Anchor, Button, List, Progress, Stack, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import type { AnswerOf } from '../../api/client.ts'
import { useApi } from '../../api/hooks.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'

type Terms = AnswerOf<'GET /api/policies'>['terms'][number]

/** What people have to accept, in which languages, and how many have. */
export function TermsCard() {
  const t = useText('policies')
  const policies = useApi('GET /api/policies')
  return (
    <SectionCard
      title={t('terms')}
      description={t('termsBody')}
      aside={
        <Button component={Link} to="/settings?q=terms" variant="default">
          {t('termsEdit')}
        </Button>
      }
    >
      <QueryView query={policies}>
        {({ terms, accounts }) =>
          terms.length === 0 ? (
            <EmptyState title={t('noTerms')}>{t('noTermsBody')}</EmptyState>
          ) : (
            <Stack gap="lg">
              {terms.map((one) => (
                <Policy key={one.id} {...one} accounts={accounts} />
              ))}
            </Stack>
          )
        }
      </QueryView>
    </SectionCard>
  )
}

function Policy({ id, version, documents, accepted, accounts }: Terms & { readonly accounts: number }) {
  const t = useText('policies')
  const [first] = documents
  const said = t('accepted', { accepted, accounts })
  return (
    <section aria-label={first?.name ?? id}>
      <Title order={3} size="h5">
        {first?.name ?? id}
      </Title>
      <Text size="sm" c="dimmed">
        {t('version', { version })}
      </Text>
      <Text size="sm" mt="xs">
        {said}
      </Text>
      <Progress
        value={accounts === 0 ? 0 : (accepted / accounts) * 100}
        aria-label={said}
        maw="24rem"
        my={6}
      />
      <List size="sm" aria-label={t('languages')}>
        {documents.map(({ language, name, url }) => (
          <List.Item key={language}>
            {language}:{' '}
            <Anchor href={url} target="_blank" rel="noreferrer" underline="always" inherit>
              {name}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </section>
  )
}

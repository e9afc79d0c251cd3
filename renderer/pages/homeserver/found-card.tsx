import { Button, Group } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ApiError } from '../../api/api-error.ts'
import type { AnswerOf } from '../../api/client.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { KeyValues, type KeyValue } from '../../components/key-values.tsx'
import { LoadingCard } from '../../components/loading.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
import { useText } from '../../texts/use-text.tsx'

type Found = AnswerOf<'GET /api/gateway/homeserver'>

export interface FoundCardProps {
  readonly found: UseQueryResult<Found, ApiError>
}

/** What the homeserver and DNS say of the Matrix domain. */
export function FoundCard({ found }: FoundCardProps) {
  const t = useText('homeserver')
  return (
    <SectionCard
      title={t('found')}
      description={t('foundBody')}
      aside={
        <Button variant="default" size="xs" loading={found.isFetching} onClick={() => void found.refetch()}>
          {t('lookAgain')}
        </Button>
      }
    >
      <QueryView query={found} loading={<LoadingCard height={200} />}>
        {(data) => <Facts {...data} />}
      </QueryView>
    </SectionCard>
  )
}

const kinds = { synapse: 'Synapse', dendrite: 'Dendrite', conduit: 'Conduit' } as const

function Facts({ domain, wellKnown, federation, homeserver }: Found) {
  const t = useText('homeserver')
  const product = () => {
    if (homeserver === null) return null
    const { kind, name, version } = homeserver
    const known = name ?? (kind in kinds ? kinds[kind as keyof typeof kinds] : t('kindUnknown'))
    return version === null ? known : `${known} ${version}`
  }
  if (homeserver === null && wellKnown.homeserver === null) {
    return <EmptyState title={t('nothingFound', { domain })}>{t('nothingFoundBody')}</EmptyState>
  }
  const items: readonly KeyValue[] = [
    { name: t('domain'), value: <code>{domain}</code> },
    {
      name: t('clientApi'),
      value:
        homeserver === null ? (
          <Status kind="problem" label={t('silent')} />
        ) : (
          <Group gap="xs">
            <Status kind="ok" label={t(homeserver.isLocal ? 'answersHere' : 'answers')} />
            <code>{homeserver.url}</code>
          </Group>
        ),
    },
    { name: t('product'), value: product() ?? '–' },
    {
      name: t('signIn'),
      value: homeserver === null ? '–' : t(homeserver.usesMas ? 'signInMas' : 'signInOwn'),
    },
    {
      name: t('federation'),
      value: (
        <Group gap="xs">
          <Status
            kind={federation.answers ? 'ok' : 'warning'}
            label={t(federation.answers ? 'answers' : 'silent')}
          />
          <span lang="en">{federation.detail}</span>
        </Group>
      ),
    },
    {
      name: t('identityServer'),
      value: wellKnown.identityServer ?? (
        <Group gap="xs">
          <Status kind="warning" label={t('nobody')} /> <span>{t('notTold')}</span>
        </Group>
      ),
    },
  ]
  return <KeyValues items={items} />
}

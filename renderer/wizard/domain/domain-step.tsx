import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useEffect } from 'react'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { textOf } from '../draft/values.ts'
import { StepPage, type Verdict } from '../frame/step-page.tsx'
import { DiscoveryList } from './discovery-list.tsx'
import { isDomain, useDiscovery, type Discovery } from './use-discovery.ts'

export function DomainStep() {
  const t = useText('wizard')
  const draft = useDraft()
  const typed = textOf(draft.value('matrix.domain'))
  const url = textOf(draft.value('matrix.homeserverUrl'))
  const discovery = useDiscovery()
  const { data, isFetching, error } = discovery
  useFoundHomeserver(data?.homeserver ?? null)

  const isWrong = typed !== '' && !isDomain(typed.trim())
  return (
    <StepPage step="domain" lead={t('domainLead')} verdict={verdictOf()}>
      <SectionCard title={t('yourDomain')}>
        <Stack>
          <TextInput
            label={t('domain')}
            description={t('domainWhat')}
            placeholder="example.org"
            required
            withAsterisk={false}
            autoComplete="off"
            spellCheck={false}
            maw="34rem"
            value={typed}
            error={isWrong ? t('domainWrong') : null}
            onChange={(event) => draft.set('matrix.domain', event.currentTarget.value.trim() || undefined)}
          />
          <TextInput
            label={t('homeserverUrl')}
            description={t('homeserverUrlWhat')}
            placeholder="http://127.0.0.1:8008"
            autoComplete="off"
            spellCheck={false}
            maw="34rem"
            value={url}
            onChange={(event) =>
              draft.set('matrix.homeserverUrl', event.currentTarget.value.trim() || undefined)
            }
          />
        </Stack>
      </SectionCard>
      {isDomain(typed.trim()) && (
        <SectionCard
          title={t('whatIsThere')}
          description={t('whatIsThereWhat')}
          aside={
            <Button variant="subtle" size="xs" loading={isFetching} onClick={() => void discovery.refetch()}>
              {t('lookAgain')}
            </Button>
          }
        >
          {error !== null && !isFetching && <ErrorState error={error} />}
          {data !== undefined && !isFetching && <DiscoveryList found={data} />}
          {isFetching && (
            <>
              <Text size="sm" c="dimmed" mb="xs">
                {t('looking')}
              </Text>
              <LoadingRows rows={3} height={40} />
            </>
          )}
        </SectionCard>
      )}
    </StepPage>
  )

  function verdictOf(): Verdict {
    if (typed === '') return { kind: 'blocked', note: t('domainMissing') }
    if (isWrong || error?.code === 'invalid') return { kind: 'blocked', note: t('domainWrong') }
    const isUnknown = data !== undefined && !isFetching && data.homeserver === null
    return isUnknown ? { kind: 'doubtful', note: t('domainUnknown') } : { kind: 'fine' }
  }
}

/** What later steps are made for; a homeserver that only this machine knows is kept by its address. */
function useFoundHomeserver(found: Discovery['homeserver']): void {
  const { choice, choose, value, set } = useDraft()
  useEffect(() => {
    if (found === null) return
    if (choice('homeserverKind') !== found.kind) choose('homeserverKind', found.kind)
    if (choice('mas') !== found.usesMas) choose('mas', found.usesMas)
    if (found.isLocal && value('matrix.homeserverUrl') === undefined) set('matrix.homeserverUrl', found.url)
  })
}

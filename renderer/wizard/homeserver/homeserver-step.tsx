import { Select, Stack, Switch } from '@mantine/core'
import { useApi } from '../../api/hooks.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { StepPage } from '../frame/step-page.tsx'
import { DraftCheck } from '../parts/draft-check.tsx'
import { SnippetView } from '../../components/snippet-view.tsx'
import { YamlReader } from './yaml-reader.tsx'

const kinds = ['synapse', 'dendrite', 'conduit'] as const
type Kind = (typeof kinds)[number]

const labels = {
  synapse: 'Synapse',
  dendrite: 'Dendrite',
  conduit: 'Conduit, Continuwuity, Tuwunel',
} as const satisfies Record<Kind, string>

export function HomeserverStep() {
  const t = useText('wizard-connect')
  const { choice, choose } = useDraft()
  const kind: Kind = kinds.find((one) => one === choice('homeserverKind')) ?? 'synapse'
  const mas = choice('mas') === true
  const query = { draft: 'true', mas: String(mas) }
  const own = useApi(
    'GET /api/gateway/homeserver/{kind}',
    { params: { kind }, query },
    { keepPrevious: true },
  )
  const service = useApi(
    'GET /api/gateway/homeserver/{kind}',
    { params: { kind: 'mas' }, query },
    { enabled: mas },
  )
  const wellKnown = useApi('GET /api/gateway/well-known/{which}', {
    params: { which: 'client' },
    query: { draft: 'true' },
  })
  return (
    <StepPage step="homeserver" lead={t('homeserverLead')}>
      <SectionCard title={t('yourHomeserver')} description={t('yourHomeserverWhat')}>
        <Stack>
          <Select
            label={t('homeserverKind')}
            maw="24rem"
            allowDeselect={false}
            data={kinds.map((value) => ({ value, label: labels[value] }))}
            value={kind}
            onChange={(next) => choose('homeserverKind', next)}
          />
          <Switch
            label={t('usesMas')}
            description={t('usesMasWhat')}
            checked={mas}
            onChange={(event) => choose('mas', event.currentTarget.checked)}
          />
          <SnippetView query={own} />
        </Stack>
      </SectionCard>
      {mas && (
        <SectionCard title={t('masSnippet')} description={t('masSnippetWhat')}>
          <SnippetView query={service} />
        </SectionCard>
      )}
      <SectionCard title={t('clients')} description={t('clientsWhat')}>
        <SnippetView query={wellKnown} />
      </SectionCard>
      {kind === 'synapse' && <YamlReader />}
      <DraftCheck
        title={t('homeserverCheck')}
        description={t('homeserverCheckWhat')}
        action={t('testItNow')}
        areas={['homeserver']}
      />
    </StepPage>
  )
}

import { Select, Stack } from '@mantine/core'
import { useApi } from '../../api/hooks.ts'
import { proxyKinds, type ProxyKind } from '../../components/proxy-kinds.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { SnippetView } from '../../components/snippet-view.tsx'

/** What the reverse proxy has to be told. */
export function ProxyCard() {
  const t = useText('wizard-connect')
  const { choice, choose } = useDraft()
  const kind: ProxyKind = proxyKinds.find(([name]) => name === choice('proxy'))?.[0] ?? 'nginx'
  const snippet = useApi(
    'GET /api/gateway/proxy/{kind}',
    { params: { kind }, query: { draft: 'true' } },
    { keepPrevious: true },
  )
  return (
    <SectionCard title={t('proxy')} description={t('proxyWhat')}>
      <Stack>
        <Select
          label={t('proxyKind')}
          maw="20rem"
          allowDeselect={false}
          data={proxyKinds.map(([value, label]) => ({ value, label }))}
          value={kind}
          onChange={(next) => choose('proxy', next)}
        />
        <SnippetView query={snippet} />
      </Stack>
    </SectionCard>
  )
}

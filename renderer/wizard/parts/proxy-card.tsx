import { Stack } from '@mantine/core'
import { useApi } from '../../api/hooks.ts'
import { proxyKindOf } from '../../components/proxy-kinds.ts'
import { ProxySelect } from '../../components/proxy-select.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { SnippetView } from '../../components/snippet-view.tsx'

/** What the reverse proxy has to be told. */
export function ProxyCard() {
  const t = useText('wizard-connect')
  const { choice, choose } = useDraft()
  const kind = proxyKindOf(choice('proxy'))
  const snippet = useApi(
    'GET /api/gateway/proxy/{kind}',
    { params: { kind }, query: { draft: 'true' } },
    { keepPrevious: true },
  )
  return (
    <SectionCard title={t('proxy')} description={t('proxyWhat')}>
      <Stack>
        <ProxySelect label={t('proxyKind')} value={kind} onChange={(next) => choose('proxy', next)} />
        <SnippetView query={snippet} />
      </Stack>
    </SectionCard>
  )
}

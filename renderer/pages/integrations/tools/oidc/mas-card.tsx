import { useApi } from '../../../../api/hooks.ts'
import { SectionCard } from '../../../../components/section-card.tsx'
import { SnippetView } from '../../../../components/snippet-view.tsx'
import { useText } from '../../../../texts/use-text.tsx'

/** The other side: what Matrix Authentication Service is told of Signpost. */
export function MasCard() {
  const t = useText('integration-tools')
  const snippet = useApi('GET /api/gateway/homeserver/{kind}', {
    params: { kind: 'mas' },
    query: { mas: 'true' },
  })
  return (
    <SectionCard title={t('masSnippet')} description={t('masSnippetBody')}>
      <SnippetView query={snippet} />
    </SectionCard>
  )
}

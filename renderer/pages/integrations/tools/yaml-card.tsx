import { useApi } from '../../../api/hooks.ts'
import { SectionCard } from '../../../components/section-card.tsx'
import { SnippetView } from '../../../components/snippet-view.tsx'
import { useText } from '../../../texts/use-text.tsx'

/** What Synapse needs, made from the settings in force. */
export function YamlCard() {
  const t = useText('integration-tools')
  const snippet = useApi('GET /api/gateway/homeserver/{kind}', { params: { kind: 'synapse' }, query: {} })
  return (
    <SectionCard title={t('yaml')} description={t('yamlBody')}>
      <SnippetView query={snippet} />
    </SectionCard>
  )
}

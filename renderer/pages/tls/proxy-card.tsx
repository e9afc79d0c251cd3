import { Stack } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useApi } from '../../api/hooks.ts'
import { proxyKindOf } from '../../components/proxy-kinds.ts'
import { ProxySelect } from '../../components/proxy-select.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { SnippetView } from '../../components/snippet-view.tsx'
import { useText } from '../../texts/use-text.tsx'

/** What the reverse proxy has to be told, made from the settings in force. */
export function ProxyCard() {
  const t = useText('tls')
  const [query, setQuery] = useSearchParams()
  const kind = proxyKindOf(query.get('proxy'))
  const snippet = useApi('GET /api/gateway/proxy/{kind}', { params: { kind } }, { keepPrevious: true })
  return (
    <SectionCard title={t('proxy')} description={t('proxyBody')}>
      <Stack>
        <ProxySelect
          label={t('proxyKind')}
          value={kind}
          onChange={(next) => setQuery({ proxy: next }, { replace: true })}
        />
        <SnippetView query={snippet} />
      </Stack>
    </SectionCard>
  )
}

import { Select, Stack } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useApi } from '../../api/hooks.ts'
import { proxyKinds, type ProxyKind } from '../../components/proxy-kinds.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { SnippetView } from '../../components/snippet-view.tsx'
import { useText } from '../../texts/use-text.tsx'

/** What the reverse proxy has to be told, made from the settings in force. */
export function ProxyCard() {
  const t = useText('tls')
  const [query, setQuery] = useSearchParams()
  const kind: ProxyKind = proxyKinds.find(([name]) => name === query.get('proxy'))?.[0] ?? 'nginx'
  const snippet = useApi('GET /api/gateway/proxy/{kind}', { params: { kind } }, { keepPrevious: true })
  return (
    <SectionCard title={t('proxy')} description={t('proxyBody')}>
      <Stack>
        <Select
          label={t('proxyKind')}
          w="20rem"
          maw="100%"
          allowDeselect={false}
          data={proxyKinds.map(([value, label]) => ({ value, label }))}
          value={kind}
          onChange={(next) => setQuery(next === null ? {} : { proxy: next }, { replace: true })}
        />
        <SnippetView query={snippet} />
      </Stack>
    </SectionCard>
  )
}

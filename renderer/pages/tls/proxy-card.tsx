import { Select, Stack } from '@mantine/core'
import { useSearchParams } from 'react-router'
import { useApi } from '../../api/hooks.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { SnippetView } from '../../components/snippet-view.tsx'
import { useText } from '../../texts/use-text.tsx'

const kinds = [
  ['nginx', 'nginx'],
  ['caddy', 'Caddy'],
  ['apache', 'Apache'],
  ['traefik', 'Traefik'],
  ['haproxy', 'HAProxy'],
  ['npm', 'Nginx Proxy Manager'],
] as const
type Kind = (typeof kinds)[number][0]

/** What the reverse proxy has to be told, made from the settings in force. */
export function ProxyCard() {
  const t = useText('tls')
  const [query, setQuery] = useSearchParams()
  const kind: Kind = kinds.find(([name]) => name === query.get('proxy'))?.[0] ?? 'nginx'
  const snippet = useApi('GET /api/gateway/proxy/{kind}', { params: { kind } }, { keepPrevious: true })
  return (
    <SectionCard title={t('proxy')} description={t('proxyBody')}>
      <Stack>
        <Select
          label={t('proxyKind')}
          w="20rem"
          maw="100%"
          allowDeselect={false}
          data={kinds.map(([value, label]) => ({ value, label }))}
          value={kind}
          onChange={(next) => setQuery(next === null ? {} : { proxy: next }, { replace: true })}
        />
        <SnippetView query={snippet} />
      </Stack>
    </SectionCard>
  )
}

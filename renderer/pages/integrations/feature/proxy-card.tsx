import { Anchor, Stack, Text } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
import { useApi } from '../../../api/hooks.ts'
import { CodeBlock } from '../../../components/code-block.tsx'
import { LoadingCard } from '../../../components/loading.tsx'
import { proxyKindOf } from '../../../components/proxy-kinds.ts'
import { ProxySelect } from '../../../components/proxy-select.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'
import type { FeatureId } from '../../../components/integration-features.ts'

/** The lines of the reverse proxy that belong to one feature, and the way to the whole site. */
export function ProxyCard({ id }: { readonly id: FeatureId }) {
  const t = useText('integrations')
  const [query, setQuery] = useSearchParams()
  const kind = proxyKindOf(query.get('proxy'))
  const change = useApi(
    'GET /api/integrations/{id}/proxy/{kind}',
    { params: { id, kind } },
    { keepPrevious: true },
  )
  return (
    <SectionCard title={t('proxy')} description={t('proxyBody')}>
      <Stack gap="sm">
        <ProxySelect
          label={t('proxyKind')}
          value={kind}
          onChange={(next) => setQuery({ proxy: next }, { replace: true })}
        />
        <QueryView query={change} loading={<LoadingCard height={220} />}>
          {({ diff, place }) => <CodeBlock title={place} code={linesOf(diff)} />}
        </QueryView>
        <Text size="sm" c="dimmed">
          {t('proxyRestart')}{' '}
          <Anchor component={Link} to={`/tls?proxy=${kind}`} inherit underline="always">
            {t('proxyWhole')}
          </Anchor>
        </Text>
      </Stack>
    </SectionCard>
  )
}

/** Without the name of the file, which stands above, and with dots where lines are left out. */
const linesOf = (diff: string) =>
  diff
    .split('\n')
    .slice(2)
    .map((line) => (line.startsWith('@@') ? '…' : line))
    .join('\n')
    .trimEnd()

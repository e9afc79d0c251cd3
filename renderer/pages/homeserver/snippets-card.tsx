import { Select, Stack, Switch } from '@mantine/core'
import { useState } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { useApi } from '../../api/hooks.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { SnippetView } from '../../components/snippet-view.tsx'
import { useText } from '../../texts/use-text.tsx'

const kinds = ['synapse', 'dendrite', 'conduit', 'mas', 'dns', 'client', 'server'] as const
type Kind = (typeof kinds)[number]

const labels = {
  synapse: 'forSynapse',
  dendrite: 'forDendrite',
  conduit: 'forConduit',
  mas: 'forMas',
  dns: 'forDns',
  client: 'forClients',
  server: 'forServers',
} as const

export interface SnippetsCardProps {
  /** What was found, to begin with what fits. */
  readonly homeserver: AnswerOf<'GET /api/gateway/homeserver'>['homeserver']
}

/** Text for the configuration of others, made from the settings in force. */
export function SnippetsCard({ homeserver }: SnippetsCardProps) {
  const t = useText('homeserver')
  const [kind, setKind] = useState<Kind>(kinds.find((one) => one === homeserver?.kind) ?? 'synapse')
  const [mas, setMas] = useState(homeserver?.usesMas === true)
  const isWellKnown = kind === 'client' || kind === 'server'
  const snippet = useApi(
    'GET /api/gateway/homeserver/{kind}',
    { params: { kind: isWellKnown ? 'synapse' : kind }, query: { mas: String(mas) } },
    { enabled: !isWellKnown, keepPrevious: true },
  )
  const wellKnown = useApi(
    'GET /api/gateway/well-known/{which}',
    { params: { which: kind === 'server' ? 'server' : 'client' }, query: {} },
    { enabled: isWellKnown, keepPrevious: true },
  )
  return (
    <SectionCard title={t('snippets')} description={t('snippetsBody')}>
      <Stack>
        <Select
          label={t('snippetFor')}
          w="24rem"
          maw="100%"
          allowDeselect={false}
          value={kind}
          data={kinds.map((value) => ({ value, label: t(labels[value]) }))}
          onChange={(next) => setKind(kinds.find((one) => one === next) ?? kind)}
        />
        {!isWellKnown && kind !== 'dns' && kind !== 'mas' && (
          <Switch
            label={t('usesMas')}
            description={t('usesMasBody')}
            checked={mas}
            onChange={(event) => setMas(event.currentTarget.checked)}
          />
        )}
        <SnippetView query={isWellKnown ? wellKnown : snippet} />
      </Stack>
    </SectionCard>
  )
}

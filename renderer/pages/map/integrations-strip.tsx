import { Anchor, Group, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { MapNode } from '../../../src/admin/map/contract.ts'
import { features, pathOf } from '../../components/integration-features.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'

/** What Signpost does between the clients of the picture and their homeserver. */
export function IntegrationsStrip({ nodes }: { readonly nodes: readonly MapNode[] }) {
  const t = useText('integrations')
  const active = nodes.flatMap(({ integrations = [] }) => integrations)
  if (active.length === 0) return null
  return (
    <SectionCard title={t('title')} description={t('stripBody')}>
      <Group component="ul" gap="lg" p={0} m={0} style={{ listStyle: 'none' }} aria-label={t('title')}>
        {active.map((id) => {
          const { name, icon: Icon } = features[id]
          return (
            <li key={id}>
              <Anchor component={Link} to={pathOf(id)}>
                <Group gap={6} component="span">
                  <Icon size={18} stroke={1.6} aria-hidden />
                  <Text span>{t(name)}</Text>
                </Group>
              </Anchor>
            </li>
          )
        })}
      </Group>
    </SectionCard>
  )
}

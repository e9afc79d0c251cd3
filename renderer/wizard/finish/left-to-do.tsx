import { Anchor, List } from '@mantine/core'
import { Link } from 'react-router'
import { useApi } from '../../api/hooks.ts'
import { features, pathOf } from '../../components/integration-features.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'

/** What was switched on for the chat has a part elsewhere: in the proxy, in the homeserver. */
export function LeftToDo() {
  const t = useText('wizard-finish')
  const s = useText('integrations')
  const overview = useApi('GET /api/integrations')
  const active = overview.data?.features.filter(({ enabled }) => enabled) ?? []
  if (active.length === 0) return null
  return (
    <SectionCard title={t('leftToDo')} description={t('leftToDoWhat')}>
      <List spacing="xs">
        {active.map(({ id }) => {
          const { name, needs } = features[id]
          return (
            <List.Item key={id}>
              <Anchor component={Link} to={pathOf(id)} inherit underline="always">
                {s(name)}
              </Anchor>
              : {needs.map((need) => s(need)).join(', ')}
            </List.Item>
          )
        })}
      </List>
    </SectionCard>
  )
}

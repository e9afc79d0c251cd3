import { Alert, Anchor, List, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import { ErrorState } from '../../../components/error-state.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { Status } from '../../../components/status.tsx'
import { useText, type PlainKey } from '../../../texts/use-text.tsx'
import { FeatureSwitch } from '../feature-switch.tsx'
import { features, obstacleOf, type FeatureState } from '../../../components/integration-features.ts'
import { ObstacleText } from '../obstacle.tsx'
import { conditionKinds, conditionOf, type Homeserver } from '../state.ts'
import type { Checks } from '../use-checks.ts'
import { useSwitch } from '../use-switch.ts'

type Part = FeatureState['missing'][number]['part']
type Key = PlainKey<'integrations'>

/** What is missing, what to do about it, and where; without a page it is on this one. */
const parts: Readonly<Record<Part, { readonly what: Key; readonly todo: Key; readonly page?: string }>> = {
  'homeserver-url': { what: 'missHomeserver', todo: 'missHomeserverDo', page: '/homeserver' },
  backends: { what: 'missBackends', todo: 'missBackendsDo', page: '/backends' },
  client: { what: 'missClient', todo: 'missClientDo' },
  inviters: { what: 'missInviters', todo: 'missInvitersDo' },
  tokens: { what: 'missTokens', todo: 'missTokensDo' },
  'admin-token': { what: 'missAdminToken', todo: 'missAdminTokenDo' },
}

export interface StateCardProps {
  readonly feature: FeatureState
  readonly checks: Checks
  readonly homeserver: Homeserver
}

/** Whether it is on, whether it can be, and what stands in the way. */
export function StateCard({ feature, checks, homeserver }: StateCardProps) {
  const t = useText('integrations')
  const { id, enabled, missing } = feature
  const save = useSwitch(id, () => checks.forget(id))
  const obstacle = obstacleOf(id, homeserver)
  const condition = conditionOf(feature, checks.of(id)?.findings ?? null, obstacle)
  return (
    <SectionCard
      title={t('state')}
      aside={<Status kind={conditionKinds[condition]} tinted label={t(condition)} />}
    >
      <Stack gap="sm">
        {obstacle !== null && (
          <Alert color="orange">
            <ObstacleText id={id} obstacle={obstacle} homeserver={homeserver} />
            {enabled && (
              <Text size="sm" mt={4}>
                {t('stillOn')}
              </Text>
            )}
          </Alert>
        )}
        {id === 'oidc' && homeserver?.usesMas === false && (
          <Text size="sm" c="dimmed">
            {t('onlyMas')}
          </Text>
        )}
        {missing.length > 0 && <MissingList missing={missing} />}
        <FeatureSwitch feature={feature} obstacle={obstacle} save={save} />
        {obstacle === null && (
          <Text size="sm" c="dimmed">
            {t('needs', { parts: features[id].needs.map((need) => t(need)).join(', ') })}
          </Text>
        )}
        {save.error !== null && <ErrorState error={save.error} />}
      </Stack>
    </SectionCard>
  )
}

function MissingList({ missing }: Pick<FeatureState, 'missing'>) {
  const t = useText('integrations')
  return (
    <Alert color="orange" title={t('missing')}>
      <List size="sm" spacing={4}>
        {missing.map(({ part }) => {
          const { what, todo, page } = parts[part]
          return (
            <List.Item key={part}>
              {t(what)}{' '}
              {page === undefined ? (
                `${t(todo)}.`
              ) : (
                <Anchor component={Link} to={page} inherit underline="always">
                  {t(todo)}
                </Anchor>
              )}
            </List.Item>
          )
        })}
      </List>
    </Alert>
  )
}

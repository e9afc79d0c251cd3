import { Anchor, Text } from '@mantine/core'
import { Link } from 'react-router'
import { useText } from '../../texts/use-text.tsx'
import { features, pathOf, type FeatureId, type Obstacle } from '../../components/integration-features.ts'
import type { Homeserver } from './state.ts'

export interface ObstacleProps {
  readonly id: FeatureId
  readonly obstacle: Obstacle
  readonly homeserver: Homeserver
}

/** Why a feature cannot be used with the homeserver that was found, and what does the same there. */
export function ObstacleText({ id, obstacle, homeserver }: ObstacleProps) {
  const t = useText('integrations')
  const { withoutMas, onlySynapse } = features[id]
  const hasOther = obstacle === 'mas' && (id === 'passwords' || id === 'sign-in')
  return (
    <Text size="sm">
      <b>{t('notHere')}.</b>{' '}
      {obstacle === 'mas'
        ? withoutMas !== undefined && t(withoutMas)
        : onlySynapse !== undefined &&
          t(onlySynapse, { kind: homeserver?.name ?? homeserver?.kind ?? '' })}{' '}
      {hasOther && (
        <Anchor component={Link} to={pathOf('oidc')} inherit underline="always">
          {t('masInstead')}
        </Anchor>
      )}
    </Text>
  )
}

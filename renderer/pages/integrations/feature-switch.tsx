import { Switch } from '@mantine/core'
import { useText } from '../../texts/use-text.tsx'
import { features, type FeatureState, type Obstacle } from '../../components/integration-features.ts'
import type { useSwitch } from './use-switch.ts'

export interface FeatureSwitchProps {
  readonly feature: FeatureState
  readonly obstacle: Obstacle | null
  readonly save: ReturnType<typeof useSwitch>
}

/** Off can always be chosen; on only where the feature has what the configuration asks for, and a homeserver for it. */
export function FeatureSwitch({ feature: { id, enabled, missing }, obstacle, save }: FeatureSwitchProps) {
  const t = useText('integrations')
  const isStopped = obstacle !== null || missing.some(({ blocks }) => blocks)
  return (
    <Switch
      label={t(!enabled && obstacle === null && isStopped ? 'switchFirst' : 'switch')}
      aria-label={t('switchOf', { name: t(features[id].name) })}
      checked={save.wanted ?? enabled}
      disabled={save.wanted !== null || (!enabled && isStopped)}
      onChange={({ currentTarget: { checked } }) => save.turn(checked)}
    />
  )
}

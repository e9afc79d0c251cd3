import { Anchor, Paper, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import { ErrorState } from '../../../components/error-state.tsx'
import { Status } from '../../../components/status.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { FeatureSwitch } from '../feature-switch.tsx'
import { features, obstacleOf, pathOf, type FeatureState } from '../../../components/integration-features.ts'
import { ObstacleText } from '../obstacle.tsx'
import { conditionKinds, conditionOf, type Homeserver } from '../state.ts'
import type { Checks } from '../use-checks.ts'
import { useSwitch } from '../use-switch.ts'
import classes from './overview.module.css'

export interface FeatureCardProps {
  readonly feature: FeatureState
  readonly checks: Checks
  readonly homeserver: Homeserver
}

/** One integration: what it does, what it needs elsewhere, how it is. */
export function FeatureCard({ feature, checks, homeserver }: FeatureCardProps) {
  const t = useText('integrations')
  const { id, enabled } = feature
  const { name, what, icon: Icon, needs } = features[id]
  const save = useSwitch(id, () => checks.forget(id))
  const obstacle = obstacleOf(id, homeserver)
  const condition = conditionOf(feature, checks.of(id)?.findings ?? null, obstacle)
  return (
    <Paper
      withBorder
      p="md"
      bg="var(--surface)"
      component="article"
      className={classes.card}
      data-on={enabled || undefined}
      aria-label={t(name)}
    >
      <div className={classes.head}>
        <Icon className={classes.icon} size={22} stroke={1.6} aria-hidden />
        <div>
          <Title order={2} size="h4">
            <Anchor component={Link} to={pathOf(id)} className={classes.name}>
              {t(name)}
            </Anchor>
          </Title>
          <Status kind={conditionKinds[condition]} label={t(condition)} />
        </div>
      </div>
      <Text size="sm">{t(what)}</Text>
      {obstacle === null ? (
        <Text size="sm" c="dimmed">
          {t('needs', { parts: needs.map((need) => t(need)).join(', ') })}
        </Text>
      ) : (
        <ObstacleText id={id} obstacle={obstacle} homeserver={homeserver} />
      )}
      {save.error !== null && <ErrorState error={save.error} />}
      <div className={classes.foot}>
        <FeatureSwitch feature={feature} obstacle={obstacle} save={save} />
        <Anchor component={Link} to={pathOf(id)} size="sm" aria-label={t('openOf', { name: t(name) })}>
          {t('open')}
        </Anchor>
      </div>
    </Paper>
  )
}

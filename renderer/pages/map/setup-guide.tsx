import { Button, Group, Text } from '@mantine/core'
import { Link } from 'react-router'
import type { MapNode } from '../../../src/admin/map/contract.ts'
import { SectionCard } from '../../components/section-card.tsx'
import { useText, type PlainKey } from '../../texts/use-text.tsx'
import classes from './setup-guide.module.css'

interface Step {
  readonly kind: MapNode['kind']
  readonly title: PlainKey<'map'>
  readonly body: PlainKey<'map'>
}

/** What an installation needs before it is of use, in the order in which it is set up. */
const steps: readonly Step[] = [
  { kind: 'homeserver', title: 'guideHomeserver', body: 'guideHomeserverBody' },
  { kind: 'backend', title: 'guideBackend', body: 'guideBackendBody' },
  { kind: 'mail', title: 'guideMail', body: 'guideMailBody' },
]

/** Says what is not set up yet; nothing once all of it is. */
export function SetupGuide({ nodes }: { readonly nodes: readonly MapNode[] }) {
  const t = useText('map')
  const missing = steps.flatMap((step) => {
    const node = nodes.find(({ kind, state }) => kind === step.kind && state === 'off')
    return node === undefined ? [] : [{ ...step, page: node.page }]
  })
  if (missing.length === 0) return null
  // Without a homeserver nothing else counts: the wizard asks for all of it in order.
  const isNew = missing.some(({ kind }) => kind === 'homeserver')
  return (
    <SectionCard
      title={t('guide')}
      description={t('guideBody')}
      aside={
        isNew ? (
          <Button component={Link} to="/wizard">
            {t('guideWizard')}
          </Button>
        ) : undefined
      }
    >
      <ol className={classes.steps}>
        {missing.map(({ kind, title, body, page }) => (
          <li key={kind} className={classes.step}>
            <Group justify="space-between" wrap="nowrap" gap="md">
              <div>
                <Text fw={600}>{t(title)}</Text>
                <Text size="sm" c="dimmed">
                  {t(body)}
                </Text>
              </div>
              <Button
                component={Link}
                to={page}
                variant="default"
                size="xs"
                aria-label={`${t('guideStep')}: ${t(title)}`}
              >
                {t('guideStep')}
              </Button>
            </Group>
          </li>
        ))}
      </ol>
    </SectionCard>
  )
}

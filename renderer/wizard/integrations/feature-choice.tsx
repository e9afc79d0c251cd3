import { Box, Paper, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { features, obstacleOf, type FeatureId } from '../../components/integration-features.ts'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { DraftSwitch } from '../parts/draft-fields.tsx'

/** Below the words beside the switch. */
const indent = { base: 0, sm: '3.25rem' }

const kinds = ['synapse', 'dendrite', 'conduit', 'other'] as const

export interface FeatureChoiceProps {
  readonly id: FeatureId
  /** What was found out about the homeserver, or chosen. */
  readonly usesMas: boolean
  readonly kind: unknown
  /** What it needs to know once it is chosen. */
  readonly children?: ReactNode
}

/** One feature to choose, with what it needs elsewhere; or why it cannot be chosen. */
export function FeatureChoice({ id, usesMas, kind, children }: FeatureChoiceProps) {
  const t = useText('integrations')
  const s = useText('wizard-services')
  const { value } = useDraft()
  const { name, what, needs, withoutMas, onlySynapse, icon: Icon, switch: path } = features[id]
  const known = kinds.find((one) => one === kind) ?? 'unknown'
  const obstacle = obstacleOf(id, { usesMas, kind: known })
  const hasOther = id === 'passwords' || id === 'sign-in'
  return (
    <Paper withBorder p="md" bg="var(--surface)">
      <Stack gap="xs">
        <DraftSwitch
          path={path}
          label={
            <>
              <Icon size={18} stroke={1.6} aria-hidden style={{ verticalAlign: '-0.2em' }} /> {t(name)}
            </>
          }
          description={t(what)}
          byDefault={false}
          isStopped={obstacle !== null}
        />
        {obstacle === null ? (
          <Text size="xs" c="dimmed" pl={indent}>
            {t('needs', { parts: needs.map((need) => t(need)).join(', ') })}
          </Text>
        ) : (
          <Text size="sm" pl={indent}>
            <b>{t('notHere')}.</b>{' '}
            {obstacle === 'mas'
              ? withoutMas !== undefined && t(withoutMas)
              : onlySynapse !== undefined && t(onlySynapse, { kind: known })}{' '}
            {obstacle === 'mas' && hasOther && s('masLater')}
          </Text>
        )}
        {value(path) === true && obstacle === null && <Box pl={indent}>{children}</Box>}
      </Stack>
    </Paper>
  )
}

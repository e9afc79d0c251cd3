import { Anchor, Stack, Text } from '@mantine/core'
import { Link } from 'react-router'
import { CodeBlock } from '../../components/code-block.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { StepPage } from '../frame/step-page.tsx'
import { ChoiceCards } from '../parts/choice-cards.tsx'
import { ForYou } from './for-you.tsx'

const ways = ['new', 'takeOver', 'restore', 'demo'] as const
type Way = (typeof ways)[number]

const commands = {
  takeOver: [
    'signpost import ma1sd /etc/ma1sd/ma1sd.yaml',
    'signpost import mxisd /etc/mxisd/mxisd.yaml',
    'signpost import sydent /etc/sydent/sydent.conf',
  ],
  restore: ['signpost restore FILE'],
  demo: ['signpost demo'],
} as const satisfies Record<Exclude<Way, 'new'>, readonly string[]>

const titles = {
  new: 'wayNew',
  takeOver: 'wayTakeOver',
  restore: 'wayRestore',
  demo: 'wayDemo',
} as const
const descriptions = {
  new: 'wayNewWhat',
  takeOver: 'wayTakeOverWhat',
  restore: 'wayRestoreWhat',
  demo: 'wayDemoWhat',
} as const
const hints = { takeOver: 'takeOverHint', restore: 'restoreHint', demo: 'demoHint' } as const

export function StartStep() {
  const t = useText('wizard')
  const { choice, choose } = useDraft()
  const chosen = ways.find((way) => way === choice('way')) ?? 'new'
  return (
    <StepPage step="start" lead={t('startLead')}>
      <ChoiceCards
        label={t('way')}
        value={chosen}
        choices={ways.map((value) => ({
          value,
          title: t(titles[value]),
          description: t(descriptions[value]),
        }))}
        onChange={(value) => choose('way', value)}
      />
      {chosen !== 'new' && (
        <SectionCard title={t(titles[chosen])}>
          <Stack gap="sm">
            <Text size="sm">{t(hints[chosen])}</Text>
            {chosen === 'restore' && (
              <Anchor component={Link} to="/backups" size="sm">
                {t('toBackups')}
              </Anchor>
            )}
            {commands[chosen].map((command) => (
              <CodeBlock key={command} code={command} />
            ))}
          </Stack>
        </SectionCard>
      )}
      <ForYou />
    </StepPage>
  )
}

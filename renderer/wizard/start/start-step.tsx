import { Stack, Text } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { CodeBlock } from '../../components/code-block.tsx'
import { LoadingCard } from '../../components/loading.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { StepPage } from '../frame/step-page.tsx'
import { ChoiceCards } from '../../components/choice-cards.tsx'
import { ForYou } from './for-you.tsx'

const ways = ['new', 'takeOver', 'restore', 'demo'] as const

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
/** Most come without a backup and without an old server: what these need is loaded when it is wanted. */
const TakeOverWay = lazy(async () => ({ default: (await import('./take-over-way.tsx')).TakeOverWay }))
const RestoreWay = lazy(async () => ({ default: (await import('./restore-way.tsx')).RestoreWay }))

/** A restore brings all the steps along; there is no next one. */
const nothing = <span />

export function StartStep() {
  const t = useText('wizard')
  const { choice, choose } = useDraft()
  const chosen = ways.find((way) => way === choice('way')) ?? 'new'
  return (
    <StepPage step="start" lead={t('startLead')} {...(chosen === 'restore' ? { action: nothing } : {})}>
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
      {chosen === 'restore' && (
        <Suspense fallback={<LoadingCard height={220} />}>
          <RestoreWay />
        </Suspense>
      )}
      {chosen === 'takeOver' && (
        <Suspense fallback={<LoadingCard height={420} />}>
          <TakeOverWay />
        </Suspense>
      )}
      {chosen === 'demo' && (
        <SectionCard title={t('wayDemo')}>
          <Stack gap="sm">
            <Text size="sm">{t('demoHint')}</Text>
            <CodeBlock code="signpost demo" />
          </Stack>
        </SectionCard>
      )}
      {(chosen === 'new' || chosen === 'demo') && <ForYou />}
    </StepPage>
  )
}

import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core'
import { Link } from 'react-router'
import { CheckList, type CheckOutcome } from '../../../components/check-list.tsx'
import { KeyValues } from '../../../components/key-values.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { StatusIcon, type StatusKind } from '../../../components/status.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormats, useText, type PlainKey } from '../../../texts/use-text.tsx'
import { useActivityWords } from '../words.ts'
import { useCauseText, type Why } from './causes.ts'
import classes from './why-answer.module.css'

const kinds = {
  found: 'ok',
  unsure: 'warning',
  'not-found': 'problem',
} as const satisfies Record<Why['verdict']['state'], StatusKind>

/** The verdict in one sentence with its remedy, then what it follows from. */
export function WhyAnswer({ answer }: { readonly answer: Why }) {
  const t = useText('activity')
  const { verdict, causes, opinions, addresses, lastAskedAt } = answer
  return (
    <Stack gap="lg">
      <Verdict verdict={verdict} />
      {causes.length > 0 && <Causes causes={causes} />}
      <SectionCard title={t('whyOpinions')}>
        <Stack gap="md">
          {opinions.length > 0 && <Opinions opinions={opinions} />}
          <KeyValues
            items={[
              {
                name: t('whyLookedAt'),
                value: addresses.map(({ address }) => address).join(', ') || '–',
              },
              {
                name: t('whyLastAsked'),
                value: lastAskedAt === null ? t('whyNoLookup') : <Time at={lastAskedAt} />,
              },
            ]}
          />
        </Stack>
      </SectionCard>
    </Stack>
  )
}

function Verdict({ verdict }: Pick<Why, 'verdict'>) {
  const t = useText('activity')
  const { text, fix } = useCauseText()(verdict)
  return (
    <section className={classes.verdict} data-kind={kinds[verdict.state]} aria-label={t('whyVerdict')}>
      <StatusIcon kind={kinds[verdict.state]} size={24} />
      <div className={classes.text}>
        <Title order={2} size="h4">
          {text}
        </Title>
        {fix !== null && <Text mt={4}>{fix}</Text>}
        {verdict.page !== null && (
          <Group mt="sm">
            <Button component={Link} to={verdict.page} size="xs" variant="default">
              {t('show')}
            </Button>
          </Group>
        )}
      </div>
    </section>
  )
}

function Causes({ causes }: Pick<Why, 'causes'>) {
  const t = useText('activity')
  const causeText = useCauseText()
  return (
    <SectionCard title={t('whyCauses')}>
      <ul className={classes.causes}>
        {causes.map((cause) => {
          const { text, fix } = causeText(cause)
          return (
            <li key={text}>
              {text} <span className={classes.fix}>{fix}</span>{' '}
              {cause.page !== null && (
                <Anchor component={Link} to={cause.page} size="sm">
                  {t('show')}
                </Anchor>
              )}
            </li>
          )
        })}
      </ul>
    </SectionCard>
  )
}

type Opinion = Why['opinions'][number]

const outcomes = {
  found: ['ok', 'opinionFound'],
  unknown: ['skipped', 'opinionUnknown'],
  failed: ['failed', 'opinionFailed'],
  skipped: ['warning', 'opinionSkipped'],
  'not-asked': ['skipped', 'opinionNotAsked'],
} as const satisfies Record<Opinion['outcome'], readonly [CheckOutcome, PlainKey<'activity'>]>

function Opinions({ opinions }: Pick<Why, 'opinions'>) {
  const t = useText('activity')
  const words = useActivityWords()
  const formats = useFormats()
  return (
    <CheckList
      steps={opinions.map(({ source, outcome, mxids, ms, detail, syncedAt }, index) => {
        const [mark, text] = outcomes[outcome]
        const said = [
          t(text),
          ...mxids,
          ...(outcome === 'not-asked' ? [] : [formats.duration(ms)]),
          ...(syncedAt === null ? [] : [t('opinionSyncedAt', { time: formats.dateTime(syncedAt) })]),
        ]
        return {
          id: `${source} ${index}`,
          title: words.source(source),
          outcome: mark,
          detail: said.join(' · '),
          ...(detail === null ? {} : { cause: <span lang="en">{detail}</span> }),
        }
      })}
    />
  )
}

import { Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { useApi } from '../../api/hooks.ts'
import { HeartbeatBar, type Beat } from '../../components/heartbeat-bar.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { StatusIcon, useStatusWord, type StatusKind } from '../../components/status.tsx'
import { useFormats, useText, type PlainKey } from '../../texts/use-text.tsx'
import classes from './charts.module.css'
import type { Range } from './ranges.ts'

type Answer = AnswerOf<'GET /api/charts/dependencies'>
type Dependency = Answer['dependencies'][number]

const kindTexts = {
  backend: 'kindBackend',
  homeserver: 'kindHomeserver',
  peer: 'kindPeer',
  central: 'kindCentral',
  bridge: 'kindBridge',
  mail: 'kindMail',
  sms: 'kindSms',
} as const satisfies Record<Dependency['kind'], PlainKey<'charts'>>

/** How everything that Signpost depends on has answered, as heartbeats. */
export function DependenciesCard({ range }: { readonly range: Range }) {
  const t = useText('charts')
  const query = useApi(
    'GET /api/charts/dependencies',
    { query: { range } },
    { keepPrevious: true, refetchEvery: 60_000 },
  )
  return (
    <SectionCard title={t('dependencies')} description={t('dependenciesWhat')}>
      <QueryView query={query} loading={<LoadingRows rows={4} height={56} />}>
        {({ dependencies, beatMs }) =>
          dependencies.length === 0 ? (
            <Text c="dimmed">{t('dependenciesNone')}</Text>
          ) : (
            <ul className={classes.dependencies}>
              {dependencies.map((dependency) => (
                <DependencyRow
                  key={dependency.id}
                  dependency={dependency}
                  beatMs={beatMs}
                  now={query.dataUpdatedAt}
                />
              ))}
            </ul>
          )
        }
      </QueryView>
    </SectionCard>
  )
}

interface DependencyRowProps {
  readonly dependency: Dependency
  readonly beatMs: number
  readonly now: number
}

function DependencyRow({ dependency, beatMs, now }: DependencyRowProps) {
  const t = useText('charts')
  const formats = useFormats()
  const word = useStatusWord()
  const { kind, name, state, beats, calls, failures, p50 } = dependency
  const kindText = t(kindTexts[kind])
  const shown = name === '' ? kindText : name
  const facts = [
    ...(name === '' ? [] : [kindText]),
    t('calls', { count: calls }),
    ...(calls === 0 ? [] : [t('share', { percent: formats.percent(1 - failures / calls) })]),
    ...(p50 === null ? [] : [t('median', { time: formats.duration(p50) })]),
  ]
  return (
    <li className={classes.dependency}>
      <div>
        <span className={classes.dependencyName}>
          <span role="img" aria-label={word(state)}>
            <StatusIcon kind={state} />
          </span>
          {shown}
        </span>
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
      </div>
      <HeartbeatBar label={t('beatsOf', { name: shown })} beats={beatsOf(beats, beatMs, now, note)} />
    </li>
  )

  function note(beat: NonNullable<Dependency['beats'][number]>): string {
    return t('beatNote', { calls: beat.calls, failures: beat.failures })
  }
}

/** A beat without calls has no time of its own: the others, or the end of the bar, tell it. */
function beatsOf(
  beats: Dependency['beats'],
  beatMs: number,
  now: number,
  note: (beat: NonNullable<Dependency['beats'][number]>) => string,
): readonly Beat[] {
  const known = beats.findIndex((beat) => beat !== null)
  const first =
    (beats[known]?.at ?? now - (now % beatMs)) - (known === -1 ? beats.length - 1 : known) * beatMs
  return beats.map((beat, index) =>
    beat === null
      ? { at: first + index * beatMs, kind: 'unknown' }
      : { at: beat.at, kind: kindOf(beat), note: note(beat) },
  )
}

/** Half of the calls of a stretch of time is the most that may fail before it counts as broken. */
function kindOf({ calls, failures }: NonNullable<Dependency['beats'][number]>): StatusKind {
  if (failures === 0) return 'ok'
  return failures * 2 > calls ? 'problem' : 'warning'
}

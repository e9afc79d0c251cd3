import { Stack } from '@mantine/core'
import { KeyValues } from '../../../components/key-values.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { Status } from '../../../components/status.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import { CheckCard } from '../check/check-card.tsx'
import { statusOf, type Backend } from '../model.ts'
import { SwitchesCard } from './switches-card.tsx'
import { SyncCard } from './sync-card.tsx'

/** How a backend is doing, and what can be done about it. */
export function StateTab({ backend }: { readonly backend: Backend }) {
  const t = useText('backends')
  const formats = useFormats()
  const { health, sync, rows, state } = backend
  const { lastError } = health
  const kind = statusOf(backend)
  const label = health.isLeftAlone ? t('leftAlone') : kind === 'unknown' ? t('notAsked') : undefined
  const held = rows ?? sync
  const facts = [
    { name: t('state'), value: <Status kind={kind} {...(label === undefined ? {} : { label })} /> },
    ...(health.since === null ? [] : [{ name: t('since'), value: <Time at={health.since} /> }]),
    ...(state === 'waiting' ? [{ name: t('inForce'), value: t('waitsLong') }] : []),
    ...(held === null
      ? []
      : [
          {
            name: t('holds'),
            value: `${t('people', { count: held.people })}, ${t('addresses', { count: held.addresses })}`,
          },
        ]),
    ...(lastError === null
      ? []
      : [
          { name: t('lastFailure'), value: `${formats.dateTime(lastError.at)}: ${lastError.message}` },
          ...(lastError.fix === null ? [] : [{ name: t('whatToDo'), value: lastError.fix }]),
        ]),
  ]
  return (
    <Stack gap="md">
      <SectionCard title={t('stateTitle')}>
        <KeyValues items={facts} />
      </SectionCard>
      {sync !== null && <SyncCard id={backend.id} sync={sync} canRun={state !== 'off'} />}
      <SwitchesCard backend={backend} />
      <CheckCard section={backend.section} />
    </Stack>
  )
}

import { Alert, Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { DetailDrawer } from '../../components/detail-drawer.tsx'
import { KeyValues } from '../../components/key-values.tsx'
import { Time } from '../../components/time.tsx'
import { useText } from '../../texts/use-text.tsx'
import { ChangeState } from './change-state.tsx'
import { Differences } from './differences.tsx'
import { UndoDialog, type UndoWhat } from './undo-dialog.tsx'
import { useOperationText } from './operation-text.ts'
import type { Change } from './use-change-list.ts'

export interface ChangeDrawerProps {
  readonly change: Change | null
  readonly onClose: () => void
}

/** One change in full, and the ways to take it back. */
export function ChangeDrawer({ change, onClose }: ChangeDrawerProps) {
  const t = useText('changes')
  return (
    <DetailDrawer opened={change !== null} onClose={onClose} title={t('detail', { id: change?.id ?? '' })}>
      {change !== null && <Detail key={change.id} change={change} />}
    </DetailDrawer>
  )
}

function Detail({ change }: { readonly change: Change }) {
  const t = useText('changes')
  const textOf = useOperationText()
  const [asking, setAsking] = useState<UndoWhat | null>(null)
  const [done, setDone] = useState<AnswerOf<'POST /api/changes/return'>['result']>(null)
  const { by, at, operation, target, summary, state, before, after, canUndo } = change
  const facts = [
    { name: t('when'), value: <Time at={at} as="exact" /> },
    { name: t('who'), value: by ?? t('nobody') },
    { name: t('what'), value: textOf(operation) },
    ...(target === null ? [] : [{ name: t('target'), value: target }]),
    ...(summary === null || summary === '' ? [] : [{ name: '', value: summary }]),
    { name: t('state'), value: <ChangeState state={state} /> },
  ]
  const rows = rowsOf(before, after)
  return (
    <Stack gap="md">
      <KeyValues items={facts} />
      {rows.length > 0 && <Differences label={t('what')} from={t('before')} to={t('after')} rows={rows} />}
      <div aria-live="polite">
        {done !== null && (
          <Alert color="petrol" title={t(done.restartNeeded.length > 0 ? 'doneRestart' : 'done')} />
        )}
      </div>
      {canUndo && done === null && (
        <Group gap="sm">
          <Button onClick={() => setAsking('this')}>{t('undo')}</Button>
          <Button variant="default" onClick={() => setAsking('later')}>
            {t('goBack')}
          </Button>
        </Group>
      )}
      {asking !== null && (
        <UndoDialog
          change={change}
          what={asking}
          onClose={() => setAsking(null)}
          onDone={(result) => {
            setAsking(null)
            setDone(result)
          }}
        />
      )}
    </Stack>
  )
}

/** Changes of settings are objects by key; others have whatever says enough. */
function rowsOf(before: unknown, after: unknown) {
  const [former, later] = [asRecord(before), asRecord(after)]
  return [...new Set([...Object.keys(former), ...Object.keys(later)])].map((path) => ({
    path,
    from: former[path],
    to: later[path],
  }))
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

import { Stack, Text } from '@mantine/core'
import { useCallback, useEffect } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { useChange } from '../../api/hooks.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { useText } from '../../texts/use-text.tsx'
import { Differences } from './differences.tsx'
import type { Change } from './use-change-list.ts'

/** `this`: the change alone; `later`: it and everything after it. */
export type UndoWhat = 'this' | 'later'

type Undone = AnswerOf<'POST /api/changes/return'>

export interface UndoDialogProps {
  readonly change: Change
  readonly what: UndoWhat
  readonly onClose: () => void
  readonly onDone: (result: Undone['result']) => void
}

/** Shows what would change, then does it. */
export function UndoDialog({ change, what, onClose, onDone }: UndoDialogProps) {
  const t = useText('changes')
  const preview = useUndo(change, what, { invalidates: [] })
  const undo = useUndo(change, what, { onDone: ({ result }) => onDone(result) })
  const { run } = preview
  useEffect(() => run(true), [run])
  const { data } = preview.mutation
  const error = undo.mutation.error ?? preview.mutation.error
  return (
    <ConfirmDialog
      opened
      title={t(what === 'this' ? 'undoTitle' : 'goBackTitle')}
      action={t(what === 'this' ? 'undoAction' : 'goBackAction')}
      dangerous={false}
      pending={undo.mutation.isPending}
      onClose={onClose}
      onConfirm={() => undo.run(false)}
      consequence={
        <Stack gap="sm">
          {error !== null && <ErrorState error={error} />}
          {data === undefined && error === null && <LoadingRows rows={2} />}
          {data?.differences.length === 0 && <Text size="sm">{t('undoNothing')}</Text>}
          {data !== undefined && data.differences.length > 0 && (
            <>
              <Text size="sm">{t('undoBody')}</Text>
              <Differences
                label={t('undoTitle')}
                from={t('now')}
                to={t('afterUndo')}
                rows={data.differences.map(({ path, now, after }) => ({ path, from: now, to: after }))}
              />
            </>
          )}
        </Stack>
      }
    />
  )
}

interface UndoOptions {
  readonly invalidates?: []
  readonly onDone?: (answer: Undone) => void
}

/** The two routes behind one face: they differ in how the changes are named. */
function useUndo({ id, at }: Change, what: UndoWhat, options: UndoOptions) {
  const one = useChange('POST /api/changes/{id}/undo', options)
  const all = useChange('POST /api/changes/return', options)
  const { mutate: undoOne } = one
  const { mutate: undoAll } = all
  const run = useCallback(
    (preview: boolean) =>
      what === 'this'
        ? undoOne({ params: { id }, query: { preview: preview ? 'true' : 'false' } })
        : undoAll({ body: { to: at - 1, preview } }),
    [what, id, at, undoOne, undoAll],
  )
  return { run, mutation: what === 'this' ? one : all }
}

import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../../api/hooks.ts'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { saveFile } from '../../../components/save-file.ts'
import { useText } from '../../../texts/use-text.tsx'
import type { Report } from './person-report.tsx'

export interface PersonActionsProps {
  readonly who: string
  readonly report: Report
  readonly onErased: () => void
}

/** Nothing is offered of somebody of whom nothing is kept. */
export function PersonActions({ who, report, onErased }: PersonActionsProps) {
  const t = useText('backups')
  const [asking, setAsking] = useState(false)
  const save = useChange('POST /api/person/export', {
    invalidates: [],
    onDone: ({ fileName, text }) => saveFile(fileName, text, 'application/json'),
  })
  const erase = useChange('POST /api/person/erase', {
    invalidates: [],
    onDone: () => {
      setAsking(false)
      onErased()
    },
  })
  if (report.holdings.every(({ found }) => found === 0)) return null
  return (
    <>
      {save.error !== null && <ErrorState error={save.error} />}
      <Group gap="sm">
        <Button variant="default" loading={save.isPending} onClick={() => save.mutate({ body: { who } })}>
          {t('personExport')}
        </Button>
        {report.holdings.some(({ erased }) => erased > 0) && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {t('personErase')}
          </Button>
        )}
      </Group>
      <ConfirmDialog
        opened={asking}
        title={t('eraseTitle')}
        action={t('eraseAction')}
        pending={erase.isPending}
        onConfirm={() => erase.mutate({ body: { who } })}
        onClose={() => setAsking(false)}
        consequence={
          <>
            {t('eraseBody')}
            {erase.error !== null && <ErrorState error={erase.error} />}
          </>
        }
      />
    </>
  )
}

import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useApi, useChange } from '../../../api/hooks.ts'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingCard } from '../../../components/loading.tsx'
import { QueryView } from '../../../components/query-view.tsx'
import { useText } from '../../../texts/use-text.tsx'
import classes from './editor.module.css'
import type { Preview } from './use-preview.ts'

export interface FileEditorProps {
  readonly name: string
  readonly language: string
  /** Whether there is one of your own for the language. */
  readonly isOwn: boolean
  /** What was typed; null: nothing. */
  readonly unsaved: string | null
  readonly fault: Preview['fault']
  readonly onEdit: (source: string | null) => void
}

/** The source of one template. */
export function FileEditor({ name, language, isOwn, unsaved, fault, onEdit }: FileEditorProps) {
  const t = useText('notifications')
  const [asking, setAsking] = useState(false)
  const params = { language, name }
  const file = useApi('GET /api/notifications/templates/{language}/{name}', { params })
  const done = { onDone: () => onEdit(null) }
  const save = useChange('PUT /api/notifications/templates/{language}/{name}', done)
  const revert = useChange('DELETE /api/notifications/templates/{language}/{name}', {
    onDone: () => {
      onEdit(null)
      setAsking(false)
    },
  })
  const own = fault?.name === name ? fault : null
  return (
    <QueryView query={file} loading={<LoadingCard height={360} />}>
      {({ own: saved, builtin }) => (
        <Stack gap="sm">
          <Textarea
            label={t('source', { name: `${language}/${name}` })}
            description={t(isOwn ? 'sourceOwn' : 'sourceBuiltin')}
            classNames={{ input: classes.source }}
            autosize
            minRows={name.endsWith('.html') ? 14 : 3}
            maxRows={26}
            spellCheck={false}
            value={unsaved ?? saved ?? builtin ?? ''}
            error={own === null ? null : <Fault {...own} />}
            onChange={({ currentTarget: { value } }) => onEdit(value === (saved ?? builtin) ? null : value)}
          />
          {save.error !== null && own === null && <ErrorState error={save.error} />}
          <Group gap="sm">
            <Button
              disabled={unsaved === null || own !== null}
              loading={save.isPending}
              onClick={() => unsaved !== null && save.mutate({ params, body: { source: unsaved } })}
            >
              {t('saveTemplate')}
            </Button>
            {unsaved !== null && (
              <Button variant="default" onClick={() => onEdit(null)}>
                {t('discard')}
              </Button>
            )}
            {isOwn && (
              <Button variant="default" onClick={() => setAsking(true)}>
                {t('revert')}
              </Button>
            )}
          </Group>
          <div aria-live="polite">
            {save.isSuccess && isOwn && unsaved === null && <Text size="sm">{t('templateSaved')}</Text>}
          </div>
          <ConfirmDialog
            opened={asking}
            title={t('revertTitle', { name: `${language}/${name}` })}
            consequence={
              <>
                {t('revertBody')}
                {revert.error !== null && <ErrorState error={revert.error} />}
              </>
            }
            action={t('revertAction')}
            pending={revert.isPending}
            onConfirm={() => revert.mutate({ params })}
            onClose={() => setAsking(false)}
          />
        </Stack>
      )}
    </QueryView>
  )
}

function Fault({ line, reason }: NonNullable<Preview['fault']>) {
  const t = useText('notifications')
  return (
    <>
      {line !== null && t('faultLine', { line: String(line) })} <span lang="en">{reason}</span>
    </>
  )
}

import { SimpleGrid, Stack, Tabs } from '@mantine/core'
import { useState } from 'react'
import { useUnsavedGuard } from '../../../app/use-unsaved-guard.tsx'
import { useSettled } from '../../../components/use-settled.ts'
import { useText } from '../../../texts/use-text.tsx'
import { FileEditor } from './file-editor.tsx'
import { Placeholders } from './placeholders.tsx'
import { PreviewPane } from './preview-pane.tsx'
import type { Message } from './templates-tab.tsx'
import { usePreview } from './use-preview.ts'

export interface TemplateEditorProps {
  readonly message: Message
  readonly language: string
}

/** The files of one message on one side, and what becomes of them on the other. */
export function TemplateEditor({ message, language }: TemplateEditorProps) {
  const t = useText('notifications')
  const [unsaved, setUnsaved] = useState<ReadonlyMap<string, string>>(new Map())
  const preview = usePreview(message.id, language, useSettled(unsaved))
  const guard = useUnsavedGuard(unsaved.size > 0)
  const keep = (name: string, source: string | null) =>
    setUnsaved((former) => {
      const next = new Map(former)
      if (source === null) next.delete(name)
      else next.set(name, source)
      return next
    })
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xl">
      {guard}
      <Stack>
        <Tabs defaultValue={message.files[0]?.name ?? ''} keepMounted={false}>
          <Tabs.List>
            {message.files.map(({ name }) => (
              <Tabs.Tab key={name} value={name}>
                {t(partOf(name))}
                {unsaved.has(name) ? ' •' : ''}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {message.files.map((file) => (
            <Tabs.Panel key={file.name} value={file.name} pt="md">
              <FileEditor
                name={file.name}
                language={language}
                isOwn={file.own.includes(language)}
                unsaved={unsaved.get(file.name) ?? null}
                fault={preview.data?.fault ?? null}
                onEdit={(source) => keep(file.name, source)}
              />
            </Tabs.Panel>
          ))}
        </Tabs>
        <Placeholders placeholders={preview.data?.placeholders ?? []} />
      </Stack>
      <PreviewPane preview={preview} />
    </SimpleGrid>
  )
}

function partOf(name: string) {
  if (name.endsWith('.subject.txt')) return 'partSubject'
  if (name.endsWith('.message.txt')) return 'partMessage'
  return name.endsWith('.html') ? 'partHtml' : 'partText'
}

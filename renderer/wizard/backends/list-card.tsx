import { Button, Group, List, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useApi, useChange } from '../../api/hooks.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { useText } from '../../texts/use-text.tsx'
import { useDraftCall } from '../draft/use-draft-call.ts'
import { FileDrop } from '../../components/file-drop.tsx'
import { PeopleTable } from './people-table.tsx'

const example = 'name,user,email\nAnna Ahlers,anna,anna@example.org'

/** People that Signpost keeps by itself: a table as a spreadsheet saves it, or a few typed lines. */
export function ListCard() {
  const t = useText('wizard-people')
  const kept = useApi('GET /api/wizard/list')
  const put = useDraftCall('PUT /api/wizard/list')
  const remove = useChange('DELETE /api/wizard/list', { invalidates: ['GET /api/wizard/list'] })
  const [typed, setTyped] = useState('')
  const send = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    const base64 = await toBase64(bytes)
    put.mutate({ body: { name, base64 } }, { onSuccess: () => void kept.refetch() })
  }
  const list = kept.data?.list ?? null
  return (
    <Stack>
      <FileDrop
        action={t('listFile')}
        hint={t('listFileWhat')}
        accept=".csv,text/csv,text/plain"
        pending={put.isPending}
        onFiles={([file]) => {
          if (file !== undefined) void file.bytes().then((bytes) => send(file.name, bytes))
        }}
      />
      <details>
        <summary>{t('listTyped')}</summary>
        <Stack gap="sm" mt="sm">
          <CodeBlock title={t('listExample')} code={example} />
          <Textarea
            label={t('listLines')}
            autosize
            minRows={3}
            maxRows={12}
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <div>
            <Button
              variant="default"
              disabled={typed.trim() === ''}
              loading={put.isPending}
              onClick={() => void send(t('listTypedName'), new TextEncoder().encode(typed))}
            >
              {t('listTake')}
            </Button>
          </div>
        </Stack>
      </details>
      {put.error !== null && <ErrorState error={put.error} />}
      <div aria-live="polite">
        {list !== null && (
          <Stack gap="sm">
            <Group justify="space-between">
              <Text fw={600}>
                {t('listKept', { name: list.name, people: list.people, addresses: list.addresses })}
              </Text>
              <Button
                variant="subtle"
                size="xs"
                color="red"
                loading={remove.isPending}
                onClick={() => remove.mutate()}
              >
                {t('listForget')}
              </Button>
            </Group>
            {list.problemCount > 0 && (
              <>
                <Text size="sm">{t('listLeftOut', { count: list.problemCount })}</Text>
                <List size="sm">
                  {list.problems.map(({ line, column, value, message, fix }) => (
                    <List.Item key={`${line} ${column}`}>
                      {t('listLine', { line })} <span lang="en">{`${value ?? ''} ${message}. ${fix}`}</span>
                    </List.Item>
                  ))}
                </List>
              </>
            )}
            <PeopleTable people={list.sample} />
          </Stack>
        )}
      </div>
    </Stack>
  )
}

async function toBase64(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const reader = new FileReader()
  reader.addEventListener('load', () => resolve(String(reader.result)))
  reader.addEventListener('error', () => reject(reader.error ?? new Error('unreadable')))
  reader.readAsDataURL(new Blob([bytes]))
  const url = await promise
  return url.slice(url.indexOf(',') + 1)
}

import { Alert } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { KeyValues } from '../../components/key-values.tsx'
import { Time } from '../../components/time.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'

export type BackupHead = AnswerOf<'POST /api/backups/{name}/look'>

const databases = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const

/** What a backup says of itself. */
export function BackupFacts({ head, bytes }: { readonly head: BackupHead; readonly bytes: number }) {
  const t = useText('backups')
  const formats = useFormats()
  return (
    <>
      <KeyValues
        items={[
          { name: t('madeAt'), value: <Time at={head.createdAt} as="exact" /> },
          { name: t('domain'), value: head.domain },
          { name: t('program'), value: t('programValue', { version: head.program }) },
          { name: t('database'), value: databases[head.storage] },
          { name: t('rows'), value: formats.number(head.rows) },
          { name: t('size'), value: formats.bytes(bytes) },
        ]}
      />
      {!head.isOurs && <Alert color="orange" title={t('notOurs')} />}
    </>
  )
}

import { Alert } from '@mantine/core'
import type { AnswerOf } from '../api/client.ts'
import { KeyValues } from '../components/key-values.tsx'
import { Time } from '../components/time.tsx'
import { useFormats, useText } from '../texts/use-text.tsx'

export type BackupHead = AnswerOf<'POST /api/backups/{name}/look'>

const databases = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const

export interface BackupFactsProps {
  readonly head: BackupHead
  readonly bytes: number
  /** Nothing is set up here yet: that it is of another installation goes without saying. */
  readonly isFresh?: boolean
}

/** What a backup says of itself. */
export function BackupFacts({ head, bytes, isFresh = false }: BackupFactsProps) {
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
          { name: t('signingKey'), value: <SigningKey head={head} /> },
        ]}
      />
      {!isFresh && !head.isOurs && <Alert color="orange" title={t('notOurs')} />}
    </>
  )
}

/** The public half of the key that signs, by which an installation can be known. */
function SigningKey({ head: { publicKeys } }: { readonly head: BackupHead }) {
  const signs = publicKeys.at(-1)
  if (signs === undefined) return null
  return (
    <>
      <code>{signs.id}</code> <code>{signs.publicKey}</code>
    </>
  )
}

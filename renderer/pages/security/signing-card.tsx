import { Button } from '@mantine/core'
import { useState } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { useChange } from '../../api/hooks.ts'
import { ConfirmDialog } from '../../components/confirm-dialog.tsx'
import type { Column } from '../../components/data-table/columns.ts'
import { DataTable } from '../../components/data-table/data-table.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { Status } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useText } from '../../texts/use-text.tsx'

type Key = AnswerOf<'GET /api/keys'>['signing'][number]

/** The keys that sign, and the way to a new one. */
export function SigningCard({ keys }: { readonly keys: readonly Key[] }) {
  const t = useText('security')
  const [asking, setAsking] = useState(false)
  const columns = useColumns()
  const rotate = useChange('POST /api/keys/rotate', { onDone: () => setAsking(false) })
  return (
    <SectionCard
      title={t('signing')}
      description={t('signingBody')}
      aside={
        <Button variant="default" onClick={() => setAsking(true)}>
          {t('rotate')}
        </Button>
      }
    >
      <DataTable
        label={t('signing')}
        rows={keys.toReversed()}
        rowKey={({ id }) => id}
        columns={columns}
        empty={null}
      />
      <ConfirmDialog
        opened={asking}
        title={t('rotateTitle')}
        consequence={
          <>
            {t('rotateBody')}
            {rotate.error !== null && <ErrorState error={rotate.error} />}
          </>
        }
        action={t('rotateAction')}
        pending={rotate.isPending}
        onConfirm={() => rotate.mutate()}
        onClose={() => setAsking(false)}
      />
    </SectionCard>
  )
}

function useColumns(): readonly Column<Key>[] {
  const t = useText('security')
  return [
    { id: 'id', header: t('keyId'), width: '9rem', cell: idOf },
    { id: 'public', header: t('publicKey'), cell: publicOf },
    { id: 'created', header: t('created'), width: '11rem', cell: createdOf },
    { id: 'state', header: t('state'), width: '14rem', cell: stateOf },
  ]
}

const idOf = ({ id }: Key) => <code>{id}</code>
const publicOf = ({ publicKey }: Key) => <code>{publicKey}</code>
const createdOf = ({ createdAt }: Key) => <Time at={createdAt} />
const stateOf = ({ retiredAt }: Key) => <KeyState signs={retiredAt === null} />

function KeyState({ signs }: { readonly signs: boolean }) {
  const t = useText('security')
  return <Status kind={signs ? 'ok' : 'off'} label={t(signs ? 'signs' : 'retired')} />
}

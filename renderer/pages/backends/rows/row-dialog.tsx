import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { problemsByKey } from '../form/problems.ts'
import { threepidOf, typedAddress, type ListRow } from './row.ts'

export interface RowDialogProps {
  readonly id: string
  /** Null: a new one. */
  readonly row: ListRow | null
  readonly onClose: () => void
}

/** One address of one person. */
export function RowDialog({ id, row, onClose }: RowDialogProps) {
  const t = useText('backends')
  const common = useText('common')
  const [address, setAddress] = useState(row === null ? '' : typedAddress(row))
  const [mxid, setMxid] = useState(row?.mxid ?? '')
  const [name, setName] = useState(row?.displayName ?? '')
  const put = useChange('PUT /api/list/{id}/row', { onDone: onClose })
  const problems = problemsByKey(put.error)
  const save = () =>
    put.mutate({
      params: { id },
      body: {
        address,
        mxid,
        displayName: name.trim() === '' ? null : name,
        ...(row === null ? {} : { former: threepidOf(row) }),
      },
    })
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(row === null ? 'rowAdd' : 'rowChange')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Stack>
          <TextInput
            data-autofocus
            label={t('address')}
            description={t('rowAddressHint')}
            value={address}
            error={problems.get('address')}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
          <TextInput
            label={t('mxid')}
            description={t('rowMxidHint')}
            value={mxid}
            error={problems.get('mxid')}
            onChange={(event) => setMxid(event.currentTarget.value)}
          />
          <TextInput
            label={t('rowName')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {put.error !== null && problems.size === 0 && <ErrorState error={put.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common('cancel')}
            </Button>
            <Button type="submit" loading={put.isPending}>
              {common('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

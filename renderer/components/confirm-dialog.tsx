import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../texts/use-text.tsx'

export interface ConfirmDialogProps {
  readonly opened: boolean
  /** A question: "Revoke the invitation of a…@e…?" */
  readonly title: string
  /** What happens, to whom, and whether it can be undone. */
  readonly consequence: ReactNode
  /** On the button: the deed itself, never "OK". */
  readonly action: string
  readonly cancel?: string
  /** False for what can be undone easily. */
  readonly dangerous?: boolean
  readonly pending?: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const t = useText('common')
  const { opened, title, consequence, action, cancel, dangerous = true, pending = false } = props
  return (
    <Modal
      opened={opened}
      onClose={props.onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <Stack>
        <Text component="div" size="sm">
          {consequence}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={props.onClose}>
            {cancel ?? t('cancel')}
          </Button>
          <Button color={dangerous ? 'red.8' : 'petrol'} loading={pending} onClick={props.onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

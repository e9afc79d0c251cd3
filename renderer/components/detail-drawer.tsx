import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { useText } from '../texts/use-text.tsx'

export interface DetailDrawerProps {
  readonly opened: boolean
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** The details of one row, beside the list. */
export function DetailDrawer({ opened, title, onClose, children }: DetailDrawerProps) {
  const t = useText('common')
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={title}
      position="right"
      size="lg"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      {children}
    </Drawer>
  )
}

import { Stack, Text, Title } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './empty-state.module.css'

export interface EmptyStateProps {
  /** Why there is nothing: nothing yet, switched off, filtered away, nothing wrong. */
  readonly title: string
  /** What to expect or to do. */
  readonly children?: ReactNode
  readonly action?: ReactNode
  readonly icon?: typeof IconInbox
  /** Of the heading; 1 when it is the whole page. */
  readonly level?: 1 | 2 | 3
}

/** Nothing to show, and why. */
export function EmptyState({ title, children, action, icon: Icon = IconInbox, level = 3 }: EmptyStateProps) {
  return (
    <Stack className={classes.empty} align="center" gap="xs">
      <Icon className={classes.icon} size={40} stroke={1.3} aria-hidden />
      <Title order={level} size="h4">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" size="sm" maw="34rem">
          {children}
        </Text>
      )}
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </Stack>
  )
}

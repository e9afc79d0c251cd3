import { Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { StatusIcon, type StatusKind } from '../../components/status.tsx'
import classes from './banner.module.css'

export interface BannerProps {
  readonly kind: StatusKind
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}

/** A line across the top of every page, for what concerns all of them. */
export function Banner({ kind, title, children, action }: BannerProps) {
  return (
    <Group className={classes.banner} data-kind={kind} wrap="nowrap" align="center" gap="sm">
      <StatusIcon kind={kind} />
      <div className={classes.text}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        {children !== undefined && <Text size="sm">{children}</Text>}
      </div>
      {action}
    </Group>
  )
}

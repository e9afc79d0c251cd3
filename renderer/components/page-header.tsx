import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useDocumentTitle } from '../app/document-state.ts'

export interface PageHeaderProps {
  readonly title: string
  /** One sentence: what the page is for. */
  readonly description?: ReactNode
  /** The one primary action of the page, and at most a few others. */
  readonly actions?: ReactNode
}

/** The beginning of a page; names the window, too. */
export function PageHeader({ title, description, actions }: PageHeaderProps) {
  useDocumentTitle(title)
  return (
    <Group component="header" justify="space-between" align="flex-start" mb="lg" gap="md">
      <div>
        <Title order={1} size="h2">
          {title}
        </Title>
        {description !== undefined && (
          <Text c="dimmed" mt={4} maw="42rem">
            {description}
          </Text>
        )}
      </div>
      {actions !== undefined && <Group gap="sm">{actions}</Group>}
    </Group>
  )
}

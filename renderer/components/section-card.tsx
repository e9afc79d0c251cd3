import { Group, Paper, Text, Title } from '@mantine/core'
import { useId, type ReactNode } from 'react'

export interface SectionCardProps {
  readonly title: string
  readonly description?: ReactNode
  /** At the right of the title: a status, a button. */
  readonly aside?: ReactNode
  readonly children?: ReactNode
}

/** A part of a page with a heading of its own. */
export function SectionCard({ title, description, aside, children }: SectionCardProps) {
  const id = useId()
  return (
    <Paper component="section" withBorder p="lg" bg="var(--surface)" aria-labelledby={id}>
      <Group justify="space-between" align="flex-start" gap="sm" mb={children === undefined ? 0 : 'md'}>
        <div>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {description !== undefined && (
            <Text c="dimmed" size="sm" mt={2} maw="42rem">
              {description}
            </Text>
          )}
        </div>
        {aside}
      </Group>
      {children}
    </Paper>
  )
}

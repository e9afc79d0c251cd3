import { Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

export interface SessionCardProps {
  readonly title: string
  readonly subtitle: string
  readonly children: ReactNode
}

export function SessionCard({ title, subtitle, children }: SessionCardProps) {
  return (
    <Paper withBorder radius="lg" p="xl" bg="var(--surface)">
      <Stack gap="lg">
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          <Text c="dimmed" mt={4}>
            {subtitle}
          </Text>
        </div>
        {children}
      </Stack>
    </Paper>
  )
}

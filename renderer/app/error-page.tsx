import { Button, Code, Group, Stack, Text, Title } from '@mantine/core'
import { useRouteError } from 'react-router'
import { useText } from '../texts/use-text.tsx'

/** In place of a page that threw. */
export function ErrorPage() {
  const t = useText('shell')
  const error = useRouteError()
  return (
    <Stack p="lg" maw={640} role="alert">
      <Title order={1} size="h2">
        {t('pageBroken')}
      </Title>
      <Text>{t('pageBrokenWhat')}</Text>
      <Group>
        <Button onClick={() => location.reload()}>{t('reload')}</Button>
      </Group>
      <Text fw={600}>{t('details')}</Text>
      <Code block>{describe(error)}</Code>
    </Stack>
  )
}

function describe(error: unknown): string {
  if (error instanceof Error) return error.stack ?? error.message
  return JSON.stringify(error) ?? String(error)
}

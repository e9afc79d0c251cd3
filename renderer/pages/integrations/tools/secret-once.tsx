import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { CodeBlock } from '../../../components/code-block.tsx'
import { useText } from '../../../texts/use-text.tsx'

export interface SecretOnceProps {
  readonly title: string
  readonly secret: string
  readonly onDone: () => void
}

/** A secret that was just made. The server tells it once; it goes away when the person has it. */
export function SecretOnce({ title, secret, onDone }: SecretOnceProps) {
  const t = useText('integration-tools')
  return (
    <Alert color="petrol" title={title} role="alert" styles={{ body: { minWidth: 0 } }}>
      <Stack gap="sm">
        <CodeBlock code={secret} />
        <Text size="sm">
          {t('once')} {t('onceLater')}
        </Text>
        <Group>
          <Button variant="default" onClick={onDone}>
            {t('onceDone')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}

import { Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { PlainFrame } from '../../app/plain-frame.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Later } from '../../components/later.tsx'
import { useText } from '../../texts/use-text.tsx'

/** A restart takes a second or two; whoever waits longer is told what may be. */
const LONG_MS = 15_000

/** While the server starts anew with the draft. It comes back to life by itself. */
export function WaitingPage({ isReachable }: { readonly isReachable: boolean }) {
  const t = useText('wizard-finish')
  return (
    <PlainFrame>
      <Paper withBorder radius="lg" p="xl" bg="var(--surface)">
        <Stack gap="md">
          <Loader aria-hidden />
          <Title order={1} size="h2">
            {t('waiting')}
          </Title>
          <Text role="status">{t(isReachable ? 'waitingWritten' : 'waitingAway')}</Text>
          <Later afterMs={LONG_MS}>
            <Text size="sm">{t(isReachable ? 'waitingByHand' : 'waitingLong')}</Text>
            <CodeBlock code={isReachable ? 'systemctl restart signpost' : 'signpost doctor'} />
          </Later>
        </Stack>
      </Paper>
    </PlainFrame>
  )
}

import { Anchor, Button, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { useLocation } from 'react-router'
import { useRestored } from '../../backup/use-restored.ts'
import { useDocumentTitle } from '../../app/document-state.ts'
import { PlainFrame } from '../../app/plain-frame.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Later } from '../../components/later.tsx'
import { useText } from '../../texts/use-text.tsx'

/** A large database takes its time; whoever waits longer is told what may be. */
const LONG_MS = 20_000

/** While the server starts with a restored state, which has other administrators and maybe another address. */
export function Page() {
  const t = useText('backups')
  useDocumentTitle(t('restoredTitle'))
  const isBack = useRestored()
  const elsewhere = useOtherAddress()
  return (
    <PlainFrame>
      <Paper withBorder radius="lg" p="xl" bg="var(--surface)">
        <Stack gap="md">
          {!isBack && <Loader aria-hidden />}
          <Title order={1} size="h2">
            {t('restoredTitle')}
          </Title>
          <Text role="status">{t(isBack ? 'restoredReady' : 'restoredWait')}</Text>
          {isBack && (
            <Group>
              {/* The whole console anew: it may be that of another version. */}
              <Button component="a" href="/sign-in">
                {t('restoredSignIn')}
              </Button>
            </Group>
          )}
          {!isBack && elsewhere !== null && (
            <div>
              <Text size="sm">{t('restoredElsewhere')}</Text>
              <Anchor href={`${elsewhere}/sign-in`}>{elsewhere}</Anchor>
            </div>
          )}
          {!isBack && (
            <Later afterMs={LONG_MS}>
              <Text size="sm">{t('restoredLong')}</Text>
              <CodeBlock code="signpost doctor" />
            </Later>
          )}
        </Stack>
      </Paper>
    </PlainFrame>
  )
}

/** Where the restored settings have the console, if that is not here; what the page before has learnt of it. */
function useOtherAddress(): string | null {
  const state: unknown = useLocation().state
  const url =
    typeof state === 'object' && state !== null && 'consoleUrl' in state ? String(state.consoleUrl) : null
  if (url === null || !/^https?:\/\//.test(url)) return null
  const { port, protocol } = new URL(url)
  return port === window.location.port && protocol === window.location.protocol ? null : url
}

import { Alert, Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { SectionCard } from '../../components/section-card.tsx'
import { TryMessageForm } from '../../components/try-message-form.tsx'
import { useLanguage, useText } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { useDraftCall } from '../draft/use-draft-call.ts'
import type { Settings } from '../draft/values.ts'

type Sent = AnswerOf<'POST /api/notifications/test'>

const PATIENCE_MS = 90_000

/** A real message with the settings of the draft, and what was said with the mail server. */
export function TestMailCard() {
  const t = useText('wizard-services')
  const [language] = useLanguage()
  const { value, choose } = useDraft()
  const send = useDraftCall('POST /api/notifications/test', PATIENCE_MS)
  const sendTo = (to: string) => {
    const email = value('notifications.email') as Settings | undefined
    send.mutate(
      { body: { to, language, draft: true, ...(email === undefined ? {} : { email }) } },
      {
        onSuccess: ({ accepted }) => choose('mailTried', accepted),
        onError: () => choose('mailTried', false),
      },
    )
  }
  return (
    <SectionCard title={t('testMail')} description={t('testMailWhat')}>
      <Stack>
        <TryMessageForm
          type="email"
          label={t('testTo')}
          placeholder="you@example.org"
          action={t('testSend')}
          variant="light"
          pending={send.isPending}
          onSend={sendTo}
        />
        <div aria-live="polite">
          {send.isPending && <LoadingRows rows={2} height={32} />}
          {send.error !== null && !send.isPending && <ErrorState error={send.error} />}
          {send.data !== undefined && !send.isPending && <Result {...send.data} />}
        </div>
      </Stack>
    </SectionCard>
  )
}

function Result({ accepted, dialogue, failure }: Sent) {
  const t = useText('wizard-services')
  const common = useText('common')
  return (
    <Stack gap="sm">
      {accepted ? (
        <Alert color="petrol" title={t('testAccepted')}>
          {t('testAcceptedWhat')}
        </Alert>
      ) : (
        <Alert color="red" title={t('testFailed')}>
          <Text size="sm" lang="en">
            {failure?.detail}
          </Text>
          {failure !== undefined && (
            <Text size="sm" mt={4}>
              <b>{common('whatToDo')}:</b> <span lang="en">{failure.fix}</span>
            </Text>
          )}
        </Alert>
      )}
      {dialogue.length > 0 && (
        <details open={!accepted}>
          <summary>{t('dialogue')}</summary>
          <CodeBlock
            code={dialogue.map(({ from, line }) => `${from === 'us' ? '>' : '<'} ${line}`).join('\n')}
          />
        </details>
      )}
    </Stack>
  )
}

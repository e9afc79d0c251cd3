import { Alert, Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { useChange } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { TryMessageForm } from '../../../components/try-message-form.tsx'
import { useLanguage, useText } from '../../../texts/use-text.tsx'
import { Dialogue } from './dialogue.tsx'

type Sent = AnswerOf<'POST /api/notifications/test'>

const PATIENCE_MS = 90_000

/** A real message, and what was said with the mail server. `email`: settings that are not saved; null: those in force. */
export function TestMailCard({ email }: { readonly email: () => Record<string, unknown> | null }) {
  const t = useText('notifications')
  const [language] = useLanguage()
  const send = useChange('POST /api/notifications/test', { timeoutMs: PATIENCE_MS, invalidates: [] })
  const sendTo = (to: string) => {
    const section = email()
    send.mutate({ body: { to, language, ...(section === null ? {} : { email: section }) } })
  }
  return (
    <SectionCard title={t('testMail')} description={t('testMailBody')}>
      <Stack>
        <TryMessageForm
          type="email"
          label={t('testTo')}
          placeholder="you@example.org"
          action={t('testSend')}
          pending={send.isPending}
          onSend={sendTo}
        />
        <div aria-live="polite">
          {send.isPending && <LoadingRows rows={2} height={32} />}
          {send.error !== null && !send.isPending && <ErrorState error={send.error} />}
          {send.data !== undefined && !send.isPending && <Outcome {...send.data} />}
        </div>
      </Stack>
    </SectionCard>
  )
}

function Outcome({ accepted, transport, dialogue, failure }: Sent) {
  const t = useText('notifications')
  return (
    <Stack gap="md">
      {accepted ? (
        <Alert color="petrol" title={t(transport === 'log' ? 'testKept' : 'testAccepted')}>
          {t(transport === 'log' ? 'testKeptBody' : 'testAcceptedBody')}
        </Alert>
      ) : (
        <Alert color="red" title={t('testFailed')}>
          <Failure {...failure} />
        </Alert>
      )}
      {dialogue.length > 0 && <Dialogue lines={dialogue} />}
    </Stack>
  )
}

/** The server tells it in English; screen readers are told so. */
export function Failure({ detail, fix }: Partial<NonNullable<Sent['failure']>>) {
  const common = useText('common')
  return (
    <>
      <Text size="sm" lang="en">
        {detail}
      </Text>
      {fix !== undefined && (
        <Text size="sm" mt={4}>
          <b>{common('whatToDo')}:</b> <span lang="en">{fix}</span>
        </Text>
      )}
    </>
  )
}

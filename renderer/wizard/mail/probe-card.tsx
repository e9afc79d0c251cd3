import { Button, Group, Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../api/client.ts'
import { CheckList, type CheckStep } from '../../components/check-list.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { LoadingRows } from '../../components/loading.tsx'
import { useText, type Translate } from '../../texts/use-text.tsx'
import { useDraft } from '../draft/use-draft.tsx'
import { useDraftCall } from '../draft/use-draft-call.ts'
import { textOf } from '../draft/values.ts'

type Probed = AnswerOf<'POST /api/notifications/probe'>
type Port = Probed['ports'][number]

const smtp = 'notifications.email.smtp'

/** Asks the mail server how it wants to be talked to, and fills that in. */
export function ProbeCard() {
  const t = useText('wizard-services')
  const { value, set } = useDraft()
  const probe = useDraftCall('POST /api/notifications/probe', 60_000)
  const host = textOf(value(`${smtp}.host`)).trim()
  const typed = value(`${smtp}.port`)
  const run = () =>
    probe.mutate(
      { body: { host, port: typeof typed === 'number' ? typed : null, draft: true } },
      {
        onSuccess({ suggestion }) {
          // A port that was typed is meant.
          if (suggestion === null || typeof typed === 'number') return
          set(`${smtp}.port`, suggestion.port)
          set(`${smtp}.security`, suggestion.security)
        },
      },
    )
  return (
    <Stack gap="sm">
      <Group>
        <Button variant="light" disabled={host === ''} loading={probe.isPending} onClick={run}>
          {t('probe')}
        </Button>
        <Text size="sm" c="dimmed">
          {t('probeWhat')}
        </Text>
      </Group>
      <div aria-live="polite">
        {probe.isPending && <LoadingRows rows={2} height={32} />}
        {probe.error !== null && !probe.isPending && <ErrorState error={probe.error} />}
        {probe.data !== undefined && !probe.isPending && <Probed {...probe.data} />}
      </div>
    </Stack>
  )
}

function Probed({ addresses, ports, suggestion }: Probed) {
  const t = useText('wizard-services')
  if (addresses.length === 0) {
    return (
      <CheckList
        steps={[{ id: 'dns', title: t('probeNoAddress'), outcome: 'failed', fix: t('probeSpelling') }]}
      />
    )
  }
  return (
    <Stack gap="xs">
      {suggestion === null && (
        <CheckList
          steps={[{ id: 'none', title: t('probeNothing'), outcome: 'failed', fix: t('probeNothingFix') }]}
        />
      )}
      <CheckList steps={ports.map((port) => portStep(port, t))} />
    </Stack>
  )
}

const securityWords = {
  implicit: 'portImplicit',
  starttls: 'portStartTls',
  none: 'portPlain',
} as const

function portStep(
  { port, answers, security, certificate, problem }: Port,
  t: Translate<'wizard-services'>,
): CheckStep {
  const title = t('probePort', { port: String(port) })
  if (!answers || security === null) {
    return {
      id: String(port),
      title,
      outcome: 'skipped',
      detail: problem === null ? t('probeSilent') : <span lang="en">{problem}</span>,
    }
  }
  const isTrusted = certificate?.trusted !== false
  return {
    id: String(port),
    title,
    outcome: isTrusted && security !== 'none' ? 'ok' : 'warning',
    detail: t(securityWords[security]),
    ...(isTrusted
      ? {}
      : { cause: t('certificateUntrusted', { code: certificate?.code ?? '' }), fix: t('certificateFix') }),
  }
}

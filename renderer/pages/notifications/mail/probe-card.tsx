import { Button, Group, Stack, Text } from '@mantine/core'
import type { AnswerOf } from '../../../api/client.ts'
import { useChange } from '../../../api/hooks.ts'
import { CheckList, type CheckStep } from '../../../components/check-list.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { LoadingRows } from '../../../components/loading.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText, type Translate } from '../../../texts/use-text.tsx'

type Probed = AnswerOf<'POST /api/notifications/probe'>
type Suggestion = NonNullable<Probed['suggestion']>

export interface ProbeCardProps {
  readonly host: string
  readonly port: number | null
  readonly caFile: string | null
  readonly onUse: (suggestion: Suggestion) => void
}

const PATIENCE_MS = 60_000

/** Asks the mail server how it wants to be talked to. */
export function ProbeCard({ host, port, caFile, onUse }: ProbeCardProps) {
  const t = useText('notifications')
  const probe = useChange('POST /api/notifications/probe', { timeoutMs: PATIENCE_MS, invalidates: [] })
  const suggestion = probe.data?.suggestion ?? null
  return (
    <SectionCard
      title={t('probeTitle')}
      description={t('probeBody')}
      aside={
        <Button
          variant="default"
          disabled={host.trim() === ''}
          loading={probe.isPending}
          onClick={() => probe.mutate({ body: { host: host.trim(), port, caFile } })}
        >
          {t('probe')}
        </Button>
      }
    >
      <Stack gap="sm">
        <div aria-live="polite">
          {probe.isPending && <LoadingRows rows={3} height={32} />}
          {probe.error !== null && !probe.isPending && <ErrorState error={probe.error} />}
          {probe.data !== undefined && !probe.isPending && <Ports {...probe.data} />}
        </div>
        {suggestion !== null && !probe.isPending && (
          <Group gap="sm">
            <Text size="sm">
              {t('probeSuggestion', { port: String(suggestion.port), security: suggestion.security })}
            </Text>
            <Button size="xs" variant="light" onClick={() => onUse(suggestion)}>
              {t('probeUse')}
            </Button>
          </Group>
        )}
      </Stack>
    </SectionCard>
  )
}

function Ports({ addresses, ports }: Probed) {
  const t = useText('notifications')
  if (addresses.length === 0) {
    return (
      <CheckList
        steps={[{ id: 'dns', title: t('probeNoAddress'), outcome: 'failed', fix: t('probeNoAddressFix') }]}
      />
    )
  }
  return <CheckList steps={ports.map((port) => stepOf(port, t))} />
}

const words = { implicit: 'portImplicit', starttls: 'portStartTls', none: 'portPlain' } as const

function stepOf(
  { port, security, certificate, problem }: Probed['ports'][number],
  t: Translate<'notifications'>,
): CheckStep {
  const title = t('probePort', { port: String(port) })
  const id = String(port)
  if (security === null) return { id, title, outcome: 'skipped', detail: <span lang="en">{problem}</span> }
  const isTrusted = certificate?.trusted !== false
  return {
    ...{ id, title, detail: t(words[security]) },
    outcome: isTrusted && security !== 'none' ? 'ok' : 'warning',
    ...(isTrusted ? {} : { fix: <span lang="en">{problem}</span> }),
  }
}

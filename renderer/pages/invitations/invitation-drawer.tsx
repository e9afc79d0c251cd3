import { Button, Group, Stack, Text, Timeline, Title } from '@mantine/core'
import { useState } from 'react'
import type { AnswerOf } from '../../api/client.ts'
import { useApi } from '../../api/hooks.ts'
import { useNow } from '../../app/use-now.ts'
import { DetailDrawer } from '../../components/detail-drawer.tsx'
import { KeyValues } from '../../components/key-values.tsx'
import { MaskedAddress } from '../../components/masked-address.tsx'
import { QueryView } from '../../components/query-view.tsx'
import { Time } from '../../components/time.tsx'
import { useFormats, useText } from '../../texts/use-text.tsx'
import { InvitationState } from './invitation-state.tsx'
import { OutcomeList } from './outcome-list.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'
import { useActions } from './use-actions.ts'

type Details = AnswerOf<'GET /api/invitations/{id}'>

/** One invitation in full, by its id; closed while there is none. */
export function InvitationDrawer({
  id,
  onClose,
}: {
  readonly id: string | null
  readonly onClose: () => void
}) {
  const t = useText('invitations')
  return (
    <DetailDrawer opened={id !== null} onClose={onClose} title={t('detail')}>
      {id !== null && <Loaded key={id} id={id} />}
    </DetailDrawer>
  )
}

function Loaded({ id }: { readonly id: string }) {
  const query = useApi('GET /api/invitations/{id}', { params: { id } }, { refetchEvery: 10_000 })
  return <QueryView query={query}>{(details) => <Detail {...details} />}</QueryView>
}

function Detail({ invitation, history, next }: Details) {
  const t = useText('invitations')
  const actions = useActions()
  const [asking, setAsking] = useState(false)
  const { id, address, sender, roomName, roomId, createdAt, expiresAt, mxid, source, waitReason } = invitation
  const facts = [
    { name: t('who'), value: <MaskedAddress address={address} /> },
    { name: t('state'), value: <InvitationState {...invitation} /> },
    { name: t('room'), value: roomName === null ? <code>{roomId}</code> : roomName },
    { name: t('from'), value: sender },
    {
      name: t('found'),
      value: mxid === null ? t('nobodyYet') : t('foundIn', { mxid, source: source ?? '?' }),
    },
    { name: t('made'), value: <Time at={createdAt} as="exact" /> },
    ...(invitation.state === 'pending'
      ? [{ name: t('expires'), value: <Time at={expiresAt} as="exact" /> }]
      : []),
    ...(waitReason === null ? [] : [{ name: t('lastError'), value: waitReason }]),
  ]
  return (
    <Stack gap="lg">
      <KeyValues items={facts} />
      {next !== null && <Next {...next} />}
      <OutcomeList actions={actions} invitations={[invitation]} />
      {(invitation.canResend || invitation.canRevoke) && (
        <Group gap="sm">
          {invitation.canResend && (
            <Button loading={actions.resending} onClick={() => actions.resend([id])}>
              {t('resend')}
            </Button>
          )}
          {invitation.canRevoke && (
            <Button variant="default" loading={actions.revoking} onClick={() => setAsking(true)}>
              {t('revoke')}
            </Button>
          )}
        </Group>
      )}
      <History entries={history} />
      <RevokeDialog
        count={1}
        opened={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false)
          actions.revoke([id])
        }}
      />
    </Stack>
  )
}

function Next({ what, attempts, nextAttemptAt, lastError }: NonNullable<Details['next']>) {
  const t = useText('invitations')
  const formats = useFormats()
  const now = useNow()
  const when = formats.relative(Math.max(nextAttemptAt, now), now)
  return (
    <div>
      <Title order={3} size="h5">
        {t('next')}
      </Title>
      <Text size="sm">{t(what === 'mail' ? 'nextMail' : 'nextDelivery', { when, count: attempts })}</Text>
      {lastError !== null && (
        <Text size="sm" c="dimmed">
          {lastError}
        </Text>
      )}
    </div>
  )
}

function History({ entries }: { readonly entries: Details['history'] }) {
  const t = useText('invitations')
  return (
    <section aria-label={t('history')}>
      <Title order={3} size="h5" mb="sm">
        {t('history')}
      </Title>
      <Timeline bulletSize={14} lineWidth={2} active={entries.length - 1}>
        {entries.map(({ at, event, detail }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the history only ever grows at its end
          <Timeline.Item key={index} title={t(eventText(event))}>
            <Text size="sm">{detail}</Text>
            <Text size="xs" c="dimmed">
              <Time at={at} as="exact" />
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  )
}

type KnownEvent = Details['history'][number]['event']
const eventText = (event: KnownEvent) => `event_${event}` as const

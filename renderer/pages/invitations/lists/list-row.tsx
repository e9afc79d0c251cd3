import { Button, Group, Progress, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useChange } from '../../../api/hooks.ts'
import { useNow } from '../../../app/use-now.ts'
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx'
import { ErrorState } from '../../../components/error-state.tsx'
import { PasswordField } from '../../../components/password-field.tsx'
import { Status, type StatusKind } from '../../../components/status.tsx'
import { useFormats, useText } from '../../../texts/use-text.tsx'
import type { InviteList } from './use-lists.ts'

/** One list: how far it is, when it will be done, and what keeps it. */
export function ListRow({ list, onShow }: { readonly list: InviteList; readonly onShow: () => void }) {
  const t = useText('invitations')
  const { state, total, counts, roomName, roomId, sender, estimate, problem, detail } = list
  const done = total - (counts.waiting ?? 0)
  const label = t('listInto', { count: total, room: roomName ?? roomId })
  return (
    <Stack gap="xs" component="section" aria-label={label}>
      <Group justify="space-between" gap="sm">
        <div>
          <Title order={3} size="h5">
            {label}
          </Title>
          <Text size="sm" c="dimmed">
            {t('listBy', { sender })}
          </Text>
        </div>
        <Status kind={kindOf(list)} label={t(`listState_${state}`)} />
      </Group>
      <Progress value={(done / Math.max(1, total)) * 100} aria-label={t('listDone', { done, total })} />
      <Group gap="md">
        <Text size="sm">{t('listDone', { done, total })}</Text>
        <Counts counts={counts} />
      </Group>
      {estimate !== null && state === 'running' && <Finish {...estimate} />}
      {problem !== null && (
        <Text size="sm" role="status">
          {t(`problem_${problem}`)}
          {detail !== null && <span> ({detail})</span>}
        </Text>
      )}
      <Buttons list={list} onShow={onShow} />
    </Stack>
  )
}

function kindOf({ state, problem, counts }: InviteList): StatusKind {
  if (state === 'cancelled') return 'off'
  if (state === 'done') return counts.failed === undefined ? 'ok' : 'warning'
  return state === 'paused' || (problem !== null && problem !== 'pace') ? 'warning' : 'unknown'
}

function Counts({ counts }: Pick<InviteList, 'counts'>) {
  const t = useText('invitations')
  const formats = useFormats()
  const kinds = (['mailed', 'invited', 'skipped', 'failed'] as const).filter(
    (one) => counts[one] !== undefined,
  )
  return kinds.map((one) => (
    <Text key={one} size="sm" c="dimmed">
      {t(`row_${one}`)}: {formats.number(counts[one] ?? 0)}
    </Text>
  ))
}

function Finish({ finishAt, measured }: NonNullable<InviteList['estimate']>) {
  const t = useText('invitations')
  const when = useWhen()(finishAt)
  return (
    <Text size="sm" c="dimmed">
      {t(measured ? 'listFinish' : 'listFinishAssumed', { when })}
    </Text>
  )
}

const MINUTE_MS = 60_000

/** A time to come as people say it: how long, and for days the date. */
export function useWhen(): (at: number) => string {
  const formats = useFormats()
  const now = useNow()
  return (at) => `${formats.relative(Math.max(at, now + MINUTE_MS), now)} (${formats.dateTime(at)})`
}

function Buttons({ list: { id, state, problem }, onShow }: { list: InviteList; onShow: () => void }) {
  const t = useText('invitations')
  const pause = useChange('POST /api/invite-lists/{id}/pause')
  const resume = useChange('POST /api/invite-lists/{id}/resume')
  const cancel = useChange('POST /api/invite-lists/{id}/cancel')
  const [asking, setAsking] = useState(false)
  const [token, setToken] = useState('')
  const isOpen = state === 'running' || state === 'paused'
  const needsToken = problem === 'signed-out'
  const error = pause.error ?? resume.error ?? cancel.error
  const goOn = () =>
    resume.mutate(
      { params: { id }, body: needsToken ? { accessToken: token } : {} },
      { onSuccess: () => setToken('') },
    )
  return (
    <>
      {error !== null && <ErrorState error={error} />}
      {needsToken && state === 'paused' && (
        <PasswordField
          label={t('newToken')}
          autoComplete="off"
          maw="24rem"
          value={token}
          onChange={({ currentTarget }) => setToken(currentTarget.value)}
        />
      )}
      <Group gap="sm">
        {state === 'paused' && (
          <Button size="xs" loading={resume.isPending} disabled={needsToken && token === ''} onClick={goOn}>
            {t('listResume')}
          </Button>
        )}
        {state === 'running' && (
          <Button
            size="xs"
            variant="default"
            loading={pause.isPending}
            onClick={() => pause.mutate({ params: { id } })}
          >
            {t('listPause')}
          </Button>
        )}
        {isOpen && (
          <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => setAsking(true)}>
            {t('listCancel')}
          </Button>
        )}
        <Button size="xs" variant="subtle" onClick={onShow}>
          {t('listShow')}
        </Button>
      </Group>
      <ConfirmDialog
        opened={asking}
        title={t('cancelTitle')}
        consequence={t('cancelBody')}
        action={t('cancelAction')}
        cancel={t('keep')}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false)
          cancel.mutate({ params: { id } })
        }}
      />
    </>
  )
}

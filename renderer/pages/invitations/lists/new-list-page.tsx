import { Anchor, Button, Group, Stack, Text, TextInput, Textarea } from '@mantine/core'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useChange } from '../../../api/hooks.ts'
import { ErrorState } from '../../../components/error-state.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { PasswordField } from '../../../components/password-field.tsx'
import { SectionCard } from '../../../components/section-card.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { AddressFile } from './address-file.tsx'
import { useWhen } from './list-row.tsx'
import { invitedIn, PreviewTable, type Preview } from './preview-table.tsx'
import { RoomAnswerLine, type RoomAnswer } from './room-answer.tsx'

/** From a file of addresses to a list under way, in three steps on one page. */
export function NewListPage() {
  const t = useText('invitations')
  const [csv, setCsv] = useState('')
  const [preview, setPreview] = useState<Preview | null>(null)
  const [account, setAccount] = useState<Account | null>(null)
  const count = preview === null || preview.tooMany ? 0 : invitedIn(preview)
  return (
    <>
      <Anchor component={Link} to="/invitations" size="sm">
        {t('back')}
      </Anchor>
      <PageHeader title={t('newTitle')} description={t('newDescription')} />
      <Stack gap="md">
        <WhoCard
          csv={csv}
          preview={preview}
          onChange={(text) => {
            setCsv(text)
            setPreview(null)
          }}
          onPreview={setPreview}
        />
        {count > 0 && <AccountCard onAccount={setAccount} />}
        {count > 0 && preview !== null && account !== null && (
          <StartCard csv={csv} preview={preview} account={account} count={count} />
        )}
      </Stack>
    </>
  )
}

interface WhoProps {
  readonly csv: string
  readonly preview: Preview | null
  readonly onChange: (csv: string) => void
  readonly onPreview: (preview: Preview) => void
}

function WhoCard({ csv, preview, onChange, onPreview }: WhoProps) {
  const t = useText('invitations')
  const look = useChange('POST /api/invite-lists/preview', { invalidates: [], onDone: onPreview })
  return (
    <SectionCard title={t('stepFile')} description={t('stepFileBody')}>
      <Stack gap="md">
        <AddressFile onText={onChange} />
        <Textarea
          label={t('addresses')}
          autosize
          minRows={4}
          maxRows={10}
          value={csv}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
        {look.error !== null && <ErrorState error={look.error} />}
        {preview === null ? (
          <Group>
            <Button
              disabled={csv.trim() === ''}
              loading={look.isPending}
              onClick={() => look.mutate({ body: { csv } })}
            >
              {t('look')}
            </Button>
          </Group>
        ) : (
          <PreviewTable preview={preview} />
        )}
      </Stack>
    </SectionCard>
  )
}

interface Account {
  readonly accessToken: string
  readonly room: string
}

const canInvite = ({ room }: RoomAnswer) => room?.isMember === true

function AccountCard({ onAccount }: { readonly onAccount: (account: Account | null) => void }) {
  const t = useText('invitations')
  const [accessToken, setToken] = useState('')
  const [room, setRoom] = useState('')
  const look = useChange('POST /api/invite-lists/room', {
    invalidates: [],
    timeoutMs: 90_000,
    onDone: (answer) => onAccount(canInvite(answer) ? { accessToken, room } : null),
  })
  const changed = () => {
    look.reset()
    onAccount(null)
  }
  return (
    <SectionCard title={t('stepAccount')} description={t('stepAccountBody')}>
      <Stack gap="md" maw="32rem">
        <PasswordField
          label={t('accessToken')}
          autoComplete="off"
          value={accessToken}
          onChange={({ currentTarget }) => {
            setToken(currentTarget.value)
            changed()
          }}
        />
        <TextInput
          label={t('roomField')}
          description={t('roomHint')}
          value={room}
          onChange={({ currentTarget }) => {
            setRoom(currentTarget.value.trim())
            changed()
          }}
        />
        <Group>
          <Button
            variant={look.data !== undefined && canInvite(look.data) ? 'default' : 'filled'}
            disabled={accessToken === '' || room === ''}
            loading={look.isPending}
            onClick={() => look.mutate({ body: { accessToken, room } })}
          >
            {t('lookRoom')}
          </Button>
        </Group>
        <div aria-live="polite">
          {look.error !== null && <ErrorState error={look.error} />}
          {look.data !== undefined && <RoomAnswerLine answer={look.data} />}
        </div>
      </Stack>
    </SectionCard>
  )
}

interface StartProps {
  readonly csv: string
  readonly preview: Preview
  readonly account: Account
  readonly count: number
}

function StartCard({ csv, preview, account, count }: StartProps) {
  const t = useText('invitations')
  const navigate = useNavigate()
  const when = useWhen()(preview.estimate.finishAt)
  const start = useChange('POST /api/invite-lists', {
    timeoutMs: 90_000,
    onDone: () => void navigate('/invitations'),
  })
  return (
    <SectionCard title={t('stepStart')}>
      <Stack gap="sm">
        <Text>{t('finishAssumed', { when })}</Text>
        <Text size="sm" c="dimmed">
          {t('finishMore')}
        </Text>
        {start.error !== null && <ErrorState error={start.error} />}
        <Group>
          <Button loading={start.isPending} onClick={() => start.mutate({ body: { csv, ...account } })}>
            {t('startList', { count })}
          </Button>
        </Group>
      </Stack>
    </SectionCard>
  )
}

import { Button, Group, SegmentedControl, Stack, TextInput, Title } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useChange } from '../../../../api/hooks.ts'
import { ErrorState } from '../../../../components/error-state.tsx'
import { madeFromSettings } from '../../../../components/made-from-settings.ts'
import { useText } from '../../../../texts/use-text.tsx'

export interface AddClientFormProps {
  /** Part of the address to which Matrix Authentication Service has people sent back. */
  readonly masProvider: string
  /** The provider is switched on together with its first client. */
  readonly isFirst: boolean
  readonly onAdded: (client: { readonly id: string; readonly secret: string }) => void
}

const masId = 'matrix-authentication-service'
const empty = { url: '', id: '', name: '', redirectUri: '' }

/** Of Matrix Authentication Service its address is enough; any other program says who it is and where it is. */
export function AddClientForm({ masProvider, isFirst, onAdded }: AddClientFormProps) {
  const t = useText('integration-tools')
  const [kind, setKind] = useState<'mas' | 'other'>('mas')
  const [typed, setTyped] = useState(empty)
  const add = useChange('POST /api/integrations/oidc/clients', {
    invalidates: madeFromSettings,
    onDone: (client) => {
      setTyped(empty)
      onAdded(client)
    },
  })
  const isMas = kind === 'mas'
  const url = typed.url.trim().replace(/\/+$/, '')
  const [id, name, redirectUri] = [typed.id.trim(), typed.name.trim(), typed.redirectUri.trim()]
  const isReady = isMas ? url !== '' : id !== '' && redirectUri !== ''
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!isReady) return
    const client = isMas
      ? { id: masId, name: 'Chat', redirectUris: [`${url}/upstream/callback/${masProvider}`] }
      : { id, name: name === '' ? null : name, redirectUris: [redirectUri] }
    add.mutate({ body: { ...client, enable: isFirst } })
  }
  const field = (name: keyof typeof empty) => ({
    value: typed[name],
    autoComplete: 'off',
    spellCheck: false,
    maw: '32rem',
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      setTyped({ ...typed, [name]: event.currentTarget.value }),
  })
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Title order={3} size="h5">
          {t('addClient')}
        </Title>
        <Group>
          <SegmentedControl
            aria-label={t('addClient')}
            value={kind}
            onChange={(next) => setKind(next === 'mas' ? 'mas' : 'other')}
            data={[
              { value: 'mas', label: t('addMas') },
              { value: 'other', label: t('addOther') },
            ]}
          />
        </Group>
        {isMas ? (
          <TextInput
            label={t('masUrl')}
            description={t('masUrlBody')}
            placeholder="https://auth.example.org"
            {...field('url')}
          />
        ) : (
          <>
            <TextInput label={t('clientId')} placeholder="wiki" {...field('id')} />
            <TextInput label={t('clientName')} placeholder="Wiki" {...field('name')} />
            <TextInput
              label={t('redirectUri')}
              description={t('redirectBody')}
              placeholder="https://wiki.example.org/oidc/callback"
              {...field('redirectUri')}
            />
          </>
        )}
        {add.error !== null && <ErrorState error={add.error} />}
        <Group>
          <Button type="submit" variant="default" disabled={!isReady} loading={add.isPending}>
            {t('add')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

import { Alert, Button, Stack, Text, TextInput } from '@mantine/core'
import { useRef, useState, type SubmitEvent } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { useChange } from '../../api/hooks.ts'
import { useDocumentTitle } from '../../app/document-state.ts'
import { PlainFrame } from '../../app/plain-frame.tsx'
import { useSession, useSetSession } from '../../app/use-session.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { useErrorText } from '../../components/error-text.ts'
import { PasswordField } from '../../components/password-field.tsx'
import { useText } from '../../texts/use-text.tsx'
import { LinkPage } from './link-page.tsx'
import { useLinkToken } from './link-token.ts'
import { SessionCard } from './session-card.tsx'

export function Page() {
  const token = useLinkToken()
  return token === null ? <PasswordPage /> : <LinkPage token={token} />
}

function PasswordPage() {
  const t = useText('session')
  useDocumentTitle(t('signInTitle'))
  const [search] = useSearchParams()
  const session = useSession().data
  if (session?.state === 'signed-in') {
    return <Navigate to={session.configured ? safeTarget(search.get('next')) : '/wizard'} replace />
  }
  if (session?.state === 'unclaimed') return <Navigate to="/" replace />
  return (
    <PlainFrame>
      <SessionCard title={t('signInTitle')} subtitle={t('signInWhat')}>
        <SignInForm />
        <div>
          <Text size="sm" c="dimmed" mb="xs">
            {t('forgotten')}
          </Text>
          <CodeBlock code="signpost admin reset-password" />
        </div>
      </SessionCard>
    </PlainFrame>
  )
}

function SignInForm() {
  const t = useText('session')
  const errorText = useErrorText()
  const setSession = useSetSession()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const passwordField = useRef<HTMLInputElement>(null)
  const signIn = useChange('POST /api/session', { invalidates: [], onDone: setSession })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (name.trim() === '' || password === '') return
    signIn.mutate({ body: { name, password } }, { onError: () => passwordField.current?.select() })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput
          label={t('name')}
          autoComplete="username"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page is this form alone
          autoFocus
          value={name}
          error={tried && name.trim() === '' ? t('nameMissing') : null}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordField
          ref={passwordField}
          label={t('password')}
          autoComplete="current-password"
          value={password}
          error={tried && password === '' ? t('passwordMissing') : null}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {signIn.error !== null && (
          <Alert color="red" role="alert">
            {errorText(signIn.error)}
          </Alert>
        )}
        <Button type="submit" loading={signIn.isPending}>
          {t('signIn')}
        </Button>
      </Stack>
    </form>
  )
}

/** Only a path of this console; `//host` and `/\host` would lead away. */
function safeTarget(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/'
}

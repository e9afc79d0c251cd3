import { Alert, Anchor, Button, Stack } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { Link, useNavigate } from 'react-router'
import { useChange } from '../../api/hooks.ts'
import { useDocumentTitle } from '../../app/document-state.ts'
import { PlainFrame } from '../../app/plain-frame.tsx'
import { useSetSession, type Session } from '../../app/use-session.ts'
import { useErrorText } from '../../components/error-text.ts'
import { useText } from '../../texts/use-text.tsx'
import { useLinkToken } from './link-token.ts'
import { checkPassword, NewPassword } from './new-credentials.tsx'
import { SessionCard } from './session-card.tsx'

/** Where the link of `signpost admin reset-password` leads. */
export function Page() {
  const t = useText('session')
  useDocumentTitle(t('resetTitle'))
  const token = useLinkToken()
  return (
    <PlainFrame>
      <SessionCard title={t('resetTitle')} subtitle={t(token === null ? 'linkMissing' : 'resetWhat')}>
        {token === null ? (
          <Anchor component={Link} to="/sign-in">
            {t('toSignIn')}
          </Anchor>
        ) : (
          <ResetForm token={token} />
        )}
      </SessionCard>
    </PlainFrame>
  )
}

function ResetForm({ token }: { readonly token: string }) {
  const t = useText('session')
  const errorText = useErrorText()
  const navigate = useNavigate()
  const setSession = useSetSession()
  const [values, setValues] = useState({ password: '', repeated: '' })
  const [tried, setTried] = useState(false)
  const problems = checkPassword(values)
  const reset = useChange('POST /api/session/reset', {
    invalidates: [],
    onDone: (session: Session) => {
      setSession(session)
      void navigate('/', { replace: true })
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (Object.keys(problems).length === 0) reset.mutate({ body: { token, password: values.password } })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <NewPassword values={values} problems={tried ? problems : {}} onChange={setValues} />
        {reset.error !== null && (
          <Alert color="red" role="alert">
            {errorText(reset.error)}
          </Alert>
        )}
        <Button type="submit" loading={reset.isPending}>
          {t('resetAction')}
        </Button>
      </Stack>
    </form>
  )
}

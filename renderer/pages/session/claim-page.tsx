import { Alert, Anchor, Button, Stack } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { Link, useNavigate } from 'react-router'
import { useChange } from '../../api/hooks.ts'
import { useDocumentTitle } from '../../app/document-state.ts'
import { PlainFrame } from '../../app/plain-frame.tsx'
import { useSetSession, type Session } from '../../app/use-session.ts'
import { useErrorText } from '../../components/error-text.ts'
import { useText } from '../../texts/use-text.tsx'
import { checkCredentials, NewCredentials } from './new-credentials.tsx'
import { SessionCard } from './session-card.tsx'
import { useLinkToken } from './link-token.ts'

/** Where the one-time link of the first start leads: makes the first administrator. */
export function Page() {
  const t = useText('session')
  useDocumentTitle(t('claimTitle'))
  const token = useLinkToken()
  return (
    <PlainFrame>
      <SessionCard title={t('claimTitle')} subtitle={t(token === null ? 'linkMissing' : 'claimWhat')}>
        {token === null ? (
          <Anchor component={Link} to="/sign-in">
            {t('toSignIn')}
          </Anchor>
        ) : (
          <ClaimForm token={token} />
        )}
      </SessionCard>
    </PlainFrame>
  )
}

function ClaimForm({ token }: { readonly token: string }) {
  const t = useText('session')
  const errorText = useErrorText()
  const navigate = useNavigate()
  const setSession = useSetSession()
  const [values, setValues] = useState({ name: '', password: '', repeated: '' })
  const [tried, setTried] = useState(false)
  const problems = checkCredentials(values)
  const claim = useChange('POST /api/session/claim', {
    invalidates: [],
    onDone: (session: Session) => {
      setSession(session)
      void navigate(session.configured ? '/' : '/wizard', { replace: true })
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (Object.keys(problems).length > 0) return
    claim.mutate({ body: { token, name: values.name.trim(), password: values.password } })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <NewCredentials values={values} problems={tried ? problems : {}} onChange={setValues} />
        {claim.error !== null && (
          <Alert color="red" role="alert">
            {errorText(claim.error)} {claim.error.fix}
          </Alert>
        )}
        <Button type="submit" loading={claim.isPending}>
          {t('claim')}
        </Button>
      </Stack>
    </form>
  )
}

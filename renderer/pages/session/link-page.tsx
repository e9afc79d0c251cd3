import { Anchor } from '@mantine/core'
import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { useChange } from '../../api/hooks.ts'
import { useDocumentTitle } from '../../app/document-state.ts'
import { FirstPaint } from '../../app/first-paint.tsx'
import { PlainFrame } from '../../app/plain-frame.tsx'
import { useSetSession, type Session } from '../../app/use-session.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { useText } from '../../texts/use-text.tsx'
import { SessionCard } from './session-card.tsx'

/** Signs in with the single-use link of the desktop app or the command line. */
export function LinkPage({ token }: { readonly token: string }) {
  const t = useText('session')
  useDocumentTitle(t('linkTitle'))
  const navigate = useNavigate()
  const setSession = useSetSession()
  const { mutate, error } = useChange('POST /api/session/link', {
    invalidates: [],
    onDone: (session: Session) => {
      setSession(session)
      void navigate(session.configured ? '/' : '/wizard', { replace: true })
    },
  })
  useEffect(() => mutate({ body: { token } }), [mutate, token])
  if (error === null) return <FirstPaint />
  return (
    <PlainFrame>
      <SessionCard title={t('signInTitle')} subtitle={t('signInWhat')}>
        <ErrorState error={error} />
        {/* A load of the document, so that nothing of the link is left. */}
        <Anchor href="/sign-in">{t('toSignIn')}</Anchor>
      </SessionCard>
    </PlainFrame>
  )
}

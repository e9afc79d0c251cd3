import { lazy, Suspense, useEffect } from 'react'
import { Navigate, Outlet, useLocation } from 'react-router'
import { useEventStream } from '../api/use-events.ts'
import { ErrorState } from '../components/error-state.tsx'
import { FirstPaint } from './first-paint.tsx'
import { PlainFrame } from './plain-frame.tsx'
import { useSession } from './use-session.ts'

const UnclaimedPage = lazy(async () => ({
  default: (await import('../pages/session/unclaimed-page.tsx')).UnclaimedPage,
}))

/** Pages below this one are for those who are signed in; live data runs while they are. */
export function RequireSession() {
  const session = useSession()
  const location = useLocation()
  const events = useEventStream()
  const signedIn = session.data?.state === 'signed-in'
  useEffect(() => {
    if (!signedIn) return
    events.start()
    return () => events.stop()
  }, [events, signedIn])

  // A look that fails later is told by the bar of the lost connection, which keeps the page.
  if (session.data === undefined) {
    if (session.error === null) return <FirstPaint />
    return (
      <PlainFrame>
        <ErrorState error={session.error} onRetry={() => void session.refetch()} />
      </PlainFrame>
    )
  }
  if (session.data.state === 'unclaimed') {
    return (
      <Suspense fallback={<FirstPaint />}>
        <UnclaimedPage />
      </Suspense>
    )
  }
  if (!signedIn) {
    const next = `${location.pathname}${location.search}`
    return <Navigate to={next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`} replace />
  }
  return <Outlet />
}

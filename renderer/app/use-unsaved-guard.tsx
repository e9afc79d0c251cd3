import { useEffect } from 'react'
import { useBlocker } from 'react-router'
import { ConfirmDialog } from '../components/confirm-dialog.tsx'
import { useText } from '../texts/use-text.tsx'

/**
 * Asks before unsaved changes are lost, by a link of the console or by closing the window. Draw what it returns.
 * Changes of the query alone (filters, tabs) pass.
 */
export function useUnsavedGuard(unsaved: boolean) {
  const t = useText('shell')
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => unsaved && currentLocation.pathname !== nextLocation.pathname,
  )
  useEffect(() => {
    if (!unsaved) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [unsaved])
  return (
    <ConfirmDialog
      opened={blocker.state === 'blocked'}
      title={t('unsavedTitle')}
      consequence={t('unsavedWhat')}
      action={t('leave')}
      cancel={t('stay')}
      onConfirm={() => blocker.proceed?.()}
      onClose={() => blocker.reset?.()}
    />
  )
}

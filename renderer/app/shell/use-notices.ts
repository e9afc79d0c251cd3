import { useQueryClient } from '@tanstack/react-query'
import { invalidate, useApi } from '../../api/hooks.ts'
import { useConnection, useEvent } from '../../api/use-events.ts'
import type { Health } from '../document-state.ts'

/** What the server remarks about itself, kept up to date by events. */
export function useNotices(): { readonly health: Health; readonly restartNeeded: boolean } {
  const queries = useQueryClient()
  const connection = useConnection()
  const { data } = useApi('GET /api/overview', undefined, { refetchEvery: 60_000 })
  const refresh = () => void invalidate(queries, ['GET /api/overview'])
  useEvent('dependency', refresh)
  useEvent('change', refresh)
  // Nobody knows what was missed: every answer on the screen is old.
  useEvent('reset', () => void queries.invalidateQueries())

  const notices = data?.notices ?? []
  const unreachable = connection.state === 'lost' && connection.reason === 'unreachable'
  const attention = notices.some(({ level }) => level !== 'info')
  return {
    health: unreachable ? 'stopped' : attention ? 'attention' : 'ok',
    restartNeeded: notices.some(({ code }) => code === 'restart-needed'),
  }
}

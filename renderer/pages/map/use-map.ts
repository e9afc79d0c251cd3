import { useQueryClient } from '@tanstack/react-query'
import type { AnswerOf } from '../../api/client.ts'
import { invalidate, useApi } from '../../api/hooks.ts'
import { useEvent } from '../../api/use-events.ts'

export type MapPicture = AnswerOf<'GET /api/map'>

/** Rates are those of the last whole minute, so there is little to see sooner. */
const EVERY_MS = 5_000

/** The picture as it is now, read again at a calm pace, and at once when something comes or goes. */
export function useMap() {
  const queries = useQueryClient()
  useEvent('dependency', () => void invalidate(queries, ['GET /api/map']))
  return useApi('GET /api/map', undefined, { refetchEvery: EVERY_MS })
}

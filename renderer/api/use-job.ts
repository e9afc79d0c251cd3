import { useQueryClient } from '@tanstack/react-query'
import type { AnswerOf } from './client.ts'
import { invalidate, keyOf, useApi } from './hooks.ts'
import { useEvent } from './use-events.ts'

export type Job = AnswerOf<'GET /api/jobs/{id}'>

/**
 * Long work that a route has started, as it goes on; undefined while there is none. When it has ended, reads below
 * `area` (`/api/keys`) are old.
 */
export function useJob(id: string | undefined, area: string): Job | undefined {
  const queries = useQueryClient()
  const input = { params: { id: id ?? '' } }
  const { data } = useApi('GET /api/jobs/{id}', input, {
    enabled: id !== undefined,
    // Events tell sooner; one that crosses with an answer is not missed for long.
    refetchEvery: (job) => (job?.state === 'running' ? 5_000 : false),
  })
  useEvent('job', (job) => {
    if (job.id !== id) return
    queries.setQueryData(keyOf('GET /api/jobs/{id}', input), job)
    if (job.state !== 'running') void invalidate(queries, area)
  })
  return data
}

import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { ApiError } from '../../../api/api-error.ts'
import { useClient } from '../../../api/client-context.ts'
import type { AnswerOf } from '../../../api/client.ts'
import { keyOf } from '../../../api/hooks.ts'
import { LONG_MS, type Section } from '../model.ts'

type Xray = AnswerOf<'POST /api/backends/xray'>

/** Everybody of a section. Kept while the page is open: reading a directory costs something. */
export function useXray(section: Section): UseQueryResult<Xray, ApiError> {
  const client = useClient()
  return useQuery<Xray, ApiError>({
    queryKey: keyOf('POST /api/backends/xray', section),
    queryFn: ({ signal }) =>
      client.call('POST /api/backends/xray', { body: { section } }, { signal, timeoutMs: LONG_MS }),
    staleTime: Infinity,
    retry: false,
  })
}

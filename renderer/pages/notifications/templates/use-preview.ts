import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { ApiError } from '../../../api/api-error.ts'
import { useClient } from '../../../api/client-context.ts'
import type { AnswerOf } from '../../../api/client.ts'

export type Preview = AnswerOf<'POST /api/notifications/templates/preview'>

/** The message as it would be with what is not saved. */
export function usePreview(
  message: string,
  language: string,
  unsaved: ReadonlyMap<string, string>,
): UseQueryResult<Preview, ApiError> {
  const client = useClient()
  const sources = [...unsaved].map(([name, source]) => ({ name, source }))
  return useQuery<Preview, ApiError>({
    // Below the area, so that what is saved makes it old.
    queryKey: ['POST /api/notifications/templates/preview', { message, language, sources }],
    queryFn: ({ signal }) =>
      client.call(
        'POST /api/notifications/templates/preview',
        { body: { message, language, unsaved: sources } },
        { signal },
      ),
    placeholderData: keepPreviousData,
    retry: false,
    // The server keeps the document of a preview for a while only.
    staleTime: 0,
    gcTime: 0,
  })
}

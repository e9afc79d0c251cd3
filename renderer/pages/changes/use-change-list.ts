import { useInfiniteQuery } from '@tanstack/react-query'
import { useClient } from '../../api/client-context.ts'
import type { AnswerOf } from '../../api/client.ts'
import { keyOf } from '../../api/hooks.ts'
import type { ApiError } from '../../api/api-error.ts'

type Page = AnswerOf<'GET /api/changes'>
export type Change = Page['changes'][number]

/** The changes of one kind (`settings`, `session`; empty: all), the latest first, page by page. */
export function useChangeList(operation: string) {
  const client = useClient()
  const filter = operation === '' ? {} : { operation }
  return useInfiniteQuery<Page, ApiError, { readonly pages: Page[] }, readonly unknown[], number | null>({
    queryKey: keyOf('GET /api/changes', filter),
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filter, ...(pageParam === null ? {} : { before: pageParam }) }
      return client.call('GET /api/changes', { query }, { signal })
    },
    initialPageParam: null,
    getNextPageParam: ({ next }) => next,
  })
}

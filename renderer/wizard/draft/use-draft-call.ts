import { useMutation, type UseMutationResult } from '@tanstack/react-query'
import type { ApiError } from '../../api/api-error.ts'
import { useClient } from '../../api/client-context.ts'
import type { AnswerOf, Input, Route } from '../../api/client.ts'
import { useDraft } from './use-draft.tsx'

/** A call that looks at the draft: it waits until what was typed is on the server. */
export function useDraftCall<K extends Route>(
  name: K,
  timeoutMs = 30_000,
): UseMutationResult<AnswerOf<K>, ApiError, Input<K>> {
  const client = useClient()
  const { flush } = useDraft()
  return useMutation({
    mutationFn: async (input) => {
      await flush()
      return await client.call(name, input, { timeoutMs })
    },
  })
}

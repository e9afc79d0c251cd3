import { useQuery } from '@tanstack/react-query'
import type { ApiError } from '../../api/api-error.ts'
import { useClient } from '../../api/client-context.ts'
import type { AnswerOf } from '../../api/client.ts'
import { useDraft } from '../draft/use-draft.tsx'
import { textOf } from '../draft/values.ts'
import { useSettled } from '../../components/use-settled.ts'

export type Discovery = AnswerOf<'POST /api/wizard/discover'>

/** The form of `matrix.domain`; the server knows what is wrong with the rest. */
export const isDomain = (text: string) => /^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(text) && /[.:]/.test(text)

/** Looks at the domain of the draft whenever the typing pauses. */
export function useDiscovery() {
  const client = useClient()
  const { value } = useDraft()
  const domain = useSettled(textOf(value('matrix.domain')).trim())
  const homeserverUrl = useSettled(textOf(value('matrix.homeserverUrl')).trim()) || null
  const query = useQuery<Discovery, ApiError>({
    queryKey: ['POST /api/wizard/discover', { domain, homeserverUrl }],
    queryFn: ({ signal }) =>
      client.call(
        'POST /api/wizard/discover',
        { body: { domain, homeserverUrl } },
        { signal, timeoutMs: 60_000 },
      ),
    enabled: isDomain(domain),
    retry: false,
    staleTime: 60_000,
  })
  return { ...query, domain }
}

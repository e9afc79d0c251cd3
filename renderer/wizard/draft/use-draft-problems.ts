import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useClient } from '../../api/client-context.ts'
import type { AnswerOf } from '../../api/client.ts'
import { keyOf } from '../../api/hooks.ts'
import { useDraft } from './use-draft.tsx'

export type Problem = AnswerOf<'GET /api/wizard/preview'>['problems'][number]

const route = 'GET /api/wizard/preview'

export interface DraftProblems {
  readonly problems: readonly Problem[]
  /** The same for what is typed at this moment. */
  look(): Promise<readonly Problem[]>
}

/** Why parts of the draft could not be applied: settings whose path begins with one of `sections`. */
export function useDraftProblems(sections: readonly string[]): DraftProblems {
  const client = useClient()
  const queries = useQueryClient()
  const { flush, saving, revision } = useDraft()
  const options = {
    queryKey: [...keyOf(route, undefined), revision],
    queryFn: () => client.call(route),
    retry: false,
    staleTime: 0,
  }
  // What is not on the server yet is looked at when it is.
  const preview = useQuery({ ...options, enabled: saving === 'saved' && sections.length > 0 })
  const own = ({ path }: Problem) =>
    sections.some((section) => path.startsWith(section) && !/^\w/.test(path.slice(section.length)))
  return {
    problems: preview.data?.problems.filter(own) ?? [],
    async look() {
      if (sections.length === 0) return []
      await flush()
      const { problems } = await queries.fetchQuery({ ...options, queryKey: [route, 'now'] })
      return problems.filter(own)
    },
  }
}

import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import type { ApiError } from '../../api/api-error.ts'
import { useClient } from '../../api/client-context.ts'
import type { AnswerOf } from '../../api/client.ts'
import { useDraft } from '../draft/use-draft.tsx'
import { textOf } from '../draft/values.ts'
import { useSettled } from '../../components/use-settled.ts'

type Judged = AnswerOf<'POST /api/gateway/tls/judge'>

export interface Judgement {
  readonly query: UseQueryResult<Judged, ApiError>
  /** Both files are named. */
  readonly isComplete: boolean
  readonly isUnusable: boolean
  readonly hasProblem: boolean
}

/** What is to be said of the certificate and key that the draft names, whenever the typing pauses. */
export function useJudgement(): Judgement {
  const client = useClient()
  const { value } = useDraft()
  const certificateFile = useSettled(textOf(value('server.tls.certificate')).trim())
  const keyFile = useSettled(textOf(value('server.tls.privateKey')).trim())
  const isComplete = certificateFile !== '' && keyFile !== ''
  const query = useQuery<Judged, ApiError>({
    queryKey: ['POST /api/gateway/tls/judge', { certificateFile, keyFile }],
    queryFn: ({ signal }) =>
      client.call('POST /api/gateway/tls/judge', { body: { certificateFile, keyFile } }, { signal }),
    enabled: isComplete && value('server.tls.mode') === 'files',
    retry: false,
    staleTime: 0,
  })
  const severities = query.data?.verdicts.map(({ severity }) => severity) ?? []
  return {
    query,
    isComplete,
    isUnusable: query.error !== null || severities.includes('unusable'),
    hasProblem: severities.includes('problem'),
  }
}

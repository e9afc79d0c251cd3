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
  /** What was typed last has not been judged yet. */
  readonly isPending: boolean
  readonly isUnusable: boolean
  readonly hasProblem: boolean
}

/** What is to be said of the certificate and key that the draft names, whenever the typing pauses. */
export function useJudgement(): Judgement {
  const client = useClient()
  const { value } = useDraft()
  const typedCertificate = textOf(value('server.tls.certificate')).trim()
  const typedKey = textOf(value('server.tls.privateKey')).trim()
  const certificateFile = useSettled(typedCertificate)
  const keyFile = useSettled(typedKey)
  const publicUrl = useSettled(textOf(value('server.publicUrl')))
  const host = URL.parse(publicUrl)?.hostname || textOf(value('matrix.domain')).replace(/:\d+$/, '')
  const isComplete = typedCertificate !== '' && typedKey !== ''
  const query = useQuery<Judged, ApiError>({
    queryKey: ['POST /api/gateway/tls/judge', { certificateFile, keyFile, host }],
    queryFn: ({ signal }) =>
      client.call(
        'POST /api/gateway/tls/judge',
        { body: { certificateFile, keyFile, ...(host === '' ? {} : { host }) } },
        { signal },
      ),
    enabled: certificateFile !== '' && keyFile !== '' && value('server.tls.mode') === 'files',
    retry: false,
    staleTime: 0,
  })
  const severities = query.data?.verdicts.map(({ severity }) => severity) ?? []
  return {
    query,
    isComplete,
    isPending: query.isFetching || typedCertificate !== certificateFile || typedKey !== keyFile,
    isUnusable: query.error !== null || severities.includes('unusable'),
    hasProblem: severities.includes('problem'),
  }
}

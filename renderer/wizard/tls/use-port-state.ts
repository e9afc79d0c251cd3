import { useQuery } from '@tanstack/react-query'
import type { ApiError } from '../../api/api-error.ts'
import { useClient } from '../../api/client-context.ts'
import type { AnswerOf } from '../../api/client.ts'
import { useDraft } from '../draft/use-draft.tsx'
import { textOf } from '../draft/values.ts'
import { useSettled } from '../../components/use-settled.ts'

export const defaultListen = { host: '127.0.0.1', port: 8090 } as const

type Tried = AnswerOf<'POST /api/wizard/port'>

export interface PortState {
  readonly tried: Tried | null
  /** What was typed last has not been tried yet. */
  readonly isPending: boolean
  readonly isBad: boolean
  readonly port: number
}

/** Whether Signpost could listen where the draft says, whenever the typing pauses. */
export function usePortState(): PortState {
  const client = useClient()
  const { value } = useDraft()
  const wanted = value('server.listen.port')
  const typedPort = typeof wanted === 'number' ? wanted : defaultListen.port
  const typedHost = textOf(value('server.listen.host')).trim() || defaultListen.host
  const port = useSettled(typedPort)
  const host = useSettled(typedHost)
  const query = useQuery<Tried, ApiError>({
    queryKey: ['POST /api/wizard/port', { host, port }],
    queryFn: ({ signal }) => client.call('POST /api/wizard/port', { body: { host, port } }, { signal }),
    retry: false,
    staleTime: 0,
  })
  const tried = query.data ?? null
  const isPending = query.isFetching || typedPort !== port || typedHost !== host
  return { tried, port, isPending, isBad: tried !== null && tried.state !== 'free' && tried.state !== 'own' }
}

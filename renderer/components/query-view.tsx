import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorState } from './error-state.tsx'
import { LoadingCard } from './loading.tsx'

export interface QueryViewProps<T> {
  readonly query: UseQueryResult<T>
  /** Default: one grey card. Give something of the size of the content, so that nothing jumps. */
  readonly loading?: ReactNode
  readonly children: (data: T) => ReactNode
}

/** What a read shows while it loads, when it fails, and when it is there. Old data stays while a new look fails. */
export function QueryView<T>({ query, loading, children }: QueryViewProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error !== null) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return loading ?? <LoadingCard />
}

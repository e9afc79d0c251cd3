import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { AnswerOf } from '../api/client.ts'
import { keyOf, useApi } from '../api/hooks.ts'

export type Session = AnswerOf<'GET /api/session'>

const session = 'GET /api/session'

export const useSession = () => useApi(session)

/** Takes over what a sign-in, a claim or a confirmation has answered. */
export function useSetSession(): (next: Session) => void {
  const queries = useQueryClient()
  return useCallback((next) => queries.setQueryData(keyOf(session, undefined), next), [queries])
}

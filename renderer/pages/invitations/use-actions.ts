import type { AnswerOf } from '../../api/client.ts'
import { useChange } from '../../api/hooks.ts'

export type Outcome =
  | AnswerOf<'POST /api/invitations/resend'>['outcomes'][number]
  | AnswerOf<'POST /api/invitations/revoke'>['outcomes'][number]

/** What can be done with invitations, one or many, and what became of it the last time. */
export function useActions(onDone?: () => void) {
  const options = onDone === undefined ? {} : { onDone }
  const resend = useChange('POST /api/invitations/resend', options)
  const revoke = useChange('POST /api/invitations/revoke', options)
  const begin = (action: typeof resend | typeof revoke, ids: readonly string[]) => {
    resend.reset()
    revoke.reset()
    action.mutate({ body: { ids: [...ids] } })
  }
  const outcomes: readonly Outcome[] | undefined = resend.data?.outcomes ?? revoke.data?.outcomes
  return {
    resend: (ids: readonly string[]) => begin(resend, ids),
    revoke: (ids: readonly string[]) => begin(revoke, ids),
    resending: resend.isPending,
    revoking: revoke.isPending,
    error: resend.error ?? revoke.error,
    outcomes,
  }
}

export type Actions = ReturnType<typeof useActions>

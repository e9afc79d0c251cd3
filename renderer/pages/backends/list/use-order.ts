import { useEffect, useState } from 'react'
import type { ApiError } from '../../../api/api-error.ts'
import { useChange } from '../../../api/hooks.ts'

export interface Order {
  /** As it will be: a move shows at once. */
  readonly order: readonly string[]
  readonly move: (id: string, place: number) => void
  readonly error: ApiError | null
}

/** Several steps of the arrow keys are one change of the file. */
const SETTLE_MS = 700

/** The order of the backends, which people change by moving one. */
export function useOrder(ids: readonly string[]): Order {
  const [wanted, setWanted] = useState<readonly string[] | null>(null)
  const { mutate, error } = useChange('PUT /api/backends')
  useEffect(() => {
    if (wanted === null) return
    const timer = setTimeout(
      () =>
        mutate(
          { body: { order: [...wanted] } },
          // By then the list was read anew, so that nothing jumps back for a moment.
          { onSettled: () => setWanted((now) => (now === wanted ? null : now)) },
        ),
      SETTLE_MS,
    )
    return () => clearTimeout(timer)
  }, [wanted, mutate])
  const isOfThese = wanted !== null && isSame(ids.toSorted(), wanted.toSorted())
  const order = isOfThese ? wanted : ids
  return {
    order,
    error,
    move: (id, place) => {
      const others = order.filter((other) => other !== id)
      setWanted([...others.slice(0, place), id, ...others.slice(place)])
    },
  }
}

const isSame = (one: readonly string[], other: readonly string[]) => one.join() === other.join()

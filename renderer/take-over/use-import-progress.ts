import { useEffect, useEffectEvent, useState } from 'react'
import { useClient } from '../api/client-context.ts'
import type { AnswerOf } from '../api/client.ts'
import { keepLooking } from '../api/keep-looking.ts'

export type ImportProgress = AnswerOf<'GET /api/take-over/progress'>

/** Milliseconds between two looks. */
const LOOK_MS = 500

/** How far an ordered import is; null while the server is away. Calls back once when none waits any more. */
export function useImportProgress(onDone: () => void): ImportProgress | null {
  const client = useClient()
  const [progress, setProgress] = useState<ImportProgress | null>(null)
  const done = useEffectEvent(onDone)
  useEffect(() => {
    const look = async (signal: AbortSignal) => {
      const found = await client
        .call('GET /api/take-over/progress', undefined, { signal, timeoutMs: 5_000 })
        .catch(() => null)
      if (signal.aborted) return true
      setProgress(found)
      const isLast = found?.state === 'none'
      if (isLast) done()
      return isLast
    }
    return keepLooking(look, { firstMs: 0, everyMs: LOOK_MS })
  }, [client])
  return progress
}

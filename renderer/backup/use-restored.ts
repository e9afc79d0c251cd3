import { useEffect, useState } from 'react'
import type { Client } from '../api/client.ts'
import { useClient } from '../api/client-context.ts'
import { keepLooking } from '../api/keep-looking.ts'

/** Milliseconds between two looks. */
const LOOK_MS = 700

/** Whether the server has come back with the restored state. */
export function useRestored(): boolean {
  const client = useClient()
  const [isBack, setBack] = useState(false)
  useEffect(() => {
    const look = async (signal: AbortSignal) => {
      const done = await isRestored(client, signal).catch(() => false)
      if (done && !signal.aborted) setBack(true)
      return done
    }
    return keepLooking(look, { firstMs: LOOK_MS, everyMs: LOOK_MS })
  }, [client])
  return isBack
}

/** The session is of the former state; one that goes on is in both, and then the server says whether a restore waits. */
async function isRestored(client: Client, signal: AbortSignal): Promise<boolean> {
  const { state } = await client.call('GET /api/session', undefined, { signal, timeoutMs: 5_000 })
  if (state !== 'signed-in') return true
  const { restoreWaits } = await client.call('GET /api/backups', undefined, { signal, timeoutMs: 5_000 })
  return !restoreWaits
}

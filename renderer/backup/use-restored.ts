import { useEffect, useState } from 'react'
import type { Client } from '../api/client.ts'
import { useClient } from '../api/client-context.ts'

/** Milliseconds between two looks. */
const LOOK_MS = 700

/** Whether the server has come back with the restored state. */
export function useRestored(): boolean {
  const client = useClient()
  const [isBack, setBack] = useState(false)
  useEffect(() => {
    const leaving = new AbortController()
    const look = async () => {
      const done = await isRestored(client, leaving.signal).catch(() => false)
      if (leaving.signal.aborted) return
      if (done) setBack(true)
      else timer = setTimeout(() => void look(), LOOK_MS)
    }
    let timer = setTimeout(() => void look(), LOOK_MS)
    return () => {
      leaving.abort()
      clearTimeout(timer)
    }
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

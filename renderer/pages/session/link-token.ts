import { useState } from 'react'

/**
 * The token behind the `#` of the address, null without one. It leaves the address bar and the history at once: a
 * fragment is never sent to a server, and so is never in a log, but it could be looked at or bookmarked.
 */
export function useLinkToken(): string | null {
  const [token] = useState(() => {
    const text = decodeURIComponent(location.hash.slice(1))
    return text === '' ? readLast() : keep(text)
  })
  return token
}

/** Strict mode and reloads draw twice; the token lives on in the state of this one history entry. */
function keep(token: string): string {
  history.replaceState({ ...history.state, token }, '', location.pathname)
  return token
}

function readLast(): string | null {
  const state: unknown = history.state
  const token = typeof state === 'object' && state !== null && 'token' in state ? state.token : null
  return typeof token === 'string' ? token : null
}

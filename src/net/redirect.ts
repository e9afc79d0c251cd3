import type { TcpTarget } from './connection.ts'
import type { Answer } from './exchange.ts'
import { HttpFailure } from './http-failure.ts'
import { checkedUrl, targetOf } from './request-url.ts'

/** One request of a chain of redirects. */
export interface Hop {
  readonly url: URL
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly trust: 'stranger' | 'operator'
  readonly targets: readonly TcpTarget[]
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export function isRedirect(answer: Answer): boolean {
  return redirectStatuses.has(answer.status)
}

/**
 * The request after a redirect. Within one origin everything stays. Another origin is the peer's choice: it goes
 * through the address guard even if the operator chose the first URL, and gets none of the caller's headers, since
 * any of them may be a credential. Throws HttpFailure for a Location that cannot be followed.
 */
export function followRedirect(hop: Hop, answer: Answer): Hop {
  const location = answer.headers['location']
  if (location === undefined) {
    throw new HttpFailure('redirect', `A redirect (${answer.status}) without Location.`, {
      mayHaveArrived: true,
    })
  }
  const url = checkedUrl(location, hop.url)
  if (hop.url.protocol === 'https:' && url.protocol !== 'https:') {
    throw new HttpFailure('redirect', 'A redirect away from https:.', { mayHaveArrived: true })
  }
  if (url.origin === hop.url.origin) return { ...hop, url }

  const neutral = ['accept', 'user-agent'].flatMap((name) => {
    const value = hop.headers[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...hop, url, headers: Object.fromEntries(neutral), trust: 'stranger', targets: [targetOf(url)] }
}

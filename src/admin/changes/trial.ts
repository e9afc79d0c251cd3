import type { FastifyRequest } from 'fastify'
import type { ChangeState } from '../../gateway/safe-change/change-state.ts'
import type { Confirmed, SafeChange } from '../../gateway/safe-change/safe-change.ts'
import { listenerOf } from '../../gateway/safe-change/trial-keys.ts'
import type { HttpClient } from '../../net/http-client.ts'
import { HttpFailure } from '../../net/http-failure.ts'

const ASK_TIMEOUT_MS = 5_000

export interface TrialContext {
  readonly safeChange: Pick<SafeChange, 'confirm'>
  readonly http: Pick<HttpClient, 'request'>
  /** The one that waits; null where none does. */
  readonly trial: ChangeState | null
}

/**
 * Confirms a change of addresses. That the console is reached at a new address, its own request proves. The public
 * address no page of the console may ask (its Content-Security-Policy), so the server asks it, by way of the proxy when
 * the public URL leads there. Null for a token that no change has.
 */
export async function confirmTrial(
  { safeChange, http, trial }: TrialContext,
  token: string,
  { headers, socket }: FastifyRequest,
): Promise<Confirmed | null> {
  const confirm = () => {
    const { localAddress, localPort } = socket
    return safeChange.confirm(token, { listener: 'admin', host: headers.host ?? '', localAddress, localPort })
  }
  const first = await confirm()
  if (first?.state !== 'waiting') return first
  for (const { key, url } of trial?.confirmAt ?? []) {
    if (listenerOf(key) !== 'public') continue
    const asked = {
      method: 'POST',
      url: `${url}/${token}`,
      timeoutMs: ASK_TIMEOUT_MS,
      trust: 'operator',
    } as const
    await http.request(asked).catch((error: unknown) => {
      // Then it is still missing in the answer.
      if (!(error instanceof HttpFailure)) throw error
    })
  }
  return await confirm()
}

import type { ServerResponse } from 'node:http'
import { startHttpPeer, type SeenRequest } from '../../support/http-peer.ts'

/** What becomes of an `onbind`: passed on; passed on but its answer lost; never passed on. */
export type OnbindFate = 'pass' | 'lose-answer' | 'lose-request'

export interface FederationProxy {
  readonly url: string
  /** The fate of every `onbind` that came, in order. */
  readonly onbinds: readonly OnbindFate[]
  /** The body of the last one. */
  readonly lastBody: string
  /** The fate of those that come. */
  next: OnbindFate
  close(): Promise<void>
}

/** Stands between Signpost and the federation API at `target`, and breaks connections when it is told to. */
export async function startFederationProxy(
  target: string,
  tls: { readonly key: string; readonly cert: string },
): Promise<FederationProxy> {
  const onbinds: OnbindFate[] = []
  let next: OnbindFate = 'pass'
  let lastBody = ''

  async function forward(
    { method, url, headers, body }: SeenRequest,
    response: ServerResponse,
  ): Promise<void> {
    const isOnbind = url.startsWith('/_matrix/federation/v1/3pid/onbind')
    const fate = isOnbind ? next : 'pass'
    if (isOnbind) {
      onbinds.push(fate)
      lastBody = body
    }
    if (fate === 'lose-request') return void response.destroy()
    const answer = await fetch(target + url, {
      method,
      headers: { 'content-type': headers['content-type']?.toString() ?? 'application/json' },
      ...(method === 'GET' ? {} : { body }),
      signal: AbortSignal.timeout(20_000),
    })
    const text = await answer.text()
    if (fate === 'lose-answer') return void response.destroy()
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text)
  }

  const peer = await startHttpPeer({
    tls,
    handler: (request, response) => void forward(request, response).catch(() => response.destroy()),
  })
  return {
    url: `https://127.0.0.1:${peer.port}`,
    onbinds,
    get lastBody() {
      return lastBody
    },
    get next() {
      return next
    },
    set next(fate) {
      next = fate
    },
    close: () => peer.close(),
  }
}

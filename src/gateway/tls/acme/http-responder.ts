import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { systemErrorCode } from '../../../config/file-error.ts'
import { describeOwner, findPortOwner } from '../../port-owner/port-owner.ts'
import type { Challenges } from './challenges.ts'
import { AcmeFailure } from './failure.ts'

export const CHALLENGE_PATH = '/.well-known/acme-challenge/'
const REQUEST_TIMEOUT_MS = 10_000

/**
 * Answers http-01 on a port of its own while `work` runs, and nothing else. Throws AcmeFailure `port-unavailable`.
 */
export async function withHttpResponder<T>(
  { host, port }: { readonly host: string; readonly port: number },
  challenges: Challenges,
  work: () => Promise<T>,
): Promise<T> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    const [path = ''] = (request.url ?? '').split('?')
    const token = path.startsWith(CHALLENGE_PATH) ? path.slice(CHALLENGE_PATH.length) : ''
    const answer = request.method === 'GET' ? challenges.httpAnswer(token) : undefined
    response.writeHead(answer === undefined ? 404 : 200, {
      'content-type': 'text/plain',
      connection: 'close',
    })
    response.end(answer ?? 'Nothing is here. Signpost speaks https.\n')
  })
  await open(server, host, port)
  try {
    return await work()
  } finally {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
}

async function open(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (cause) {
    throw await portUnavailable(cause, host, port)
  }
}

async function portUnavailable(cause: unknown, host: string, port: number): Promise<AcmeFailure> {
  const code = systemErrorCode(cause)
  if (code === 'EADDRINUSE') {
    const owner = await findPortOwner(port, { platform: process.platform })
    return new AcmeFailure(
      'port-unavailable',
      `${owner === null ? 'Another program' : describeOwner(owner)} listens on port ${port}, which has to answer the certification authority.`,
      'Let it pass /.well-known/acme-challenge/ on to the public listener and write server.tls.acme.httpPort: null; or stop it.',
      { cause },
    )
  }
  return new AcmeFailure(
    'port-unavailable',
    `Signpost may not listen on ${host}, port ${port} (${code ?? 'no reason given'}).`,
    'Ports below 1024 need special rights; with systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE',
    { cause },
  )
}

import type { Backend } from '../../../src/backends/backend.ts'
import { json, startHttpPeer, type HttpPeer } from '../../support/http-peer.ts'
import { startBackend, type BackendInput } from '../support/context.ts'

export type RestInput = Omit<Extract<BackendInput, { type: 'rest' }>, 'id' | 'type' | 'url'>

/** A service that answers as each test says, and a backend that asks it. */
export interface Service {
  readonly peer: HttpPeer
  readonly url: string
  backend(input?: RestInput): Promise<Backend>
  /** Answers every request with this JSON. */
  answer(body: unknown, status?: number, headers?: Record<string, string>): void
  /** Answers every request with this text, or these bytes. */
  say(text: string | Buffer, status?: number, contentType?: string): void
  /** Path and body of every request so far. */
  asked(): readonly { readonly path: string; readonly body: unknown }[]
  close(): Promise<void>
}

export async function startService(): Promise<Service> {
  const peer = await startHttpPeer()
  const url = `http://127.0.0.1:${peer.port}`
  const backends: Backend[] = []
  return {
    peer,
    url,
    async backend(input = {}) {
      const backend = await startBackend({ id: 'rest', type: 'rest', url, ...input })
      backends.push(backend)
      return backend
    },
    answer: (body, status = 200, headers = {}) => peer.handle(json(status, body, headers)),
    say: (text, status = 200, contentType = 'text/html') =>
      peer.handle((_request, response) =>
        response.writeHead(status, { 'content-type': contentType }).end(text),
      ),
    asked: () => peer.seen.map(({ url: path, body }) => ({ path, body: JSON.parse(body) as unknown })),
    async close() {
      await Promise.all(backends.map((backend) => backend.close()))
      await peer.close()
    },
  }
}

export const email = (address: string) => ({ medium: 'email', address }) as const
export const anna = email('anna@school.example')
export const login = (localpart: string, password = 'secret') => ({
  userId: `@${localpart}:example.org`,
  localpart,
  domain: 'example.org',
  password,
})

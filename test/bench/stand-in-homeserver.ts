import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { benchUser } from './seed.ts'

/** Vouches for the bench user whatever the token is, and takes every onbind. */
export async function startStandInHomeserver(): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(request.url?.includes('openid/userinfo') === true ? { sub: benchUser } : {}))
  })
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}

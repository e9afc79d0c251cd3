import { createServer } from 'node:net'
import { systemErrorCode } from '../../config/file-error.ts'
import { commandToStop, describeOwner, findPortOwner } from '../../gateway/port-owner/port-owner.ts'
import type { TriedPort } from './tried-port.ts'

/** Whether the public listener could have an address: by listening there for a moment. */
export async function tryPort(
  { host, port }: { readonly host: string; readonly port: number },
  own: { readonly host: string; readonly port: number },
): Promise<TriedPort> {
  const code = await listenFor(host, port)
  if (code === null) return { state: 'free', owner: null, command: null }
  if (code !== 'EADDRINUSE') {
    const state = code === 'EACCES' ? 'not-allowed' : 'no-such-address'
    return { state, owner: null, command: null }
  }
  if (port === own.port && host === own.host) return { state: 'own', owner: null, command: null }
  const { platform } = process
  const owner = await findPortOwner(port, { platform })
  if (owner === null) return { state: 'taken', owner: null, command: null }
  return { state: 'taken', owner: describeOwner(owner), command: commandToStop(owner, port, platform) }
}

/** The code of the system error; null when it was possible. */
function listenFor(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const attempt = createServer()
    attempt.once('error', (error) => resolve(systemErrorCode(error) ?? 'unknown'))
    attempt.listen({ host, port, exclusive: true }, () => attempt.close(() => resolve(null)))
  })
}

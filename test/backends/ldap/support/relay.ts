import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A TCP relay in front of a server, as a firewall or a load balancer is. */
export interface Relay {
  readonly url: string
  /** Connections so far. */
  opened(): number
  /** Those that the server ended. */
  endedByServer(): number
  /** From now on nothing passes on the connections of now, and nobody is told. */
  forget(): void
  stop(): Promise<void>
}

export async function startRelay(targetUrl: string): Promise<Relay> {
  const target = new URL(targetUrl)
  const sockets = new Set<Socket>()
  const forgotten = new Set<Socket>()
  let opened = 0
  let ended = 0
  const server = createServer((outer) => {
    opened += 1
    sockets.add(outer)
    const inner = connect(Number(target.port), target.hostname)
    for (const socket of [outer, inner]) socket.on('error', () => undefined)
    outer.on('data', (data) => !forgotten.has(outer) && inner.write(data))
    inner.on('data', (data) => !forgotten.has(outer) && outer.write(data))
    inner.on('end', () => {
      ended += 1
      outer.end()
    })
    outer.on('close', () => {
      sockets.delete(outer)
      inner.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    opened: () => opened,
    endedByServer: () => ended,
    forget() {
      for (const socket of sockets) forgotten.add(socket)
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * A TCP port on 127.0.0.1 that nobody listens on at this moment. Only for programs that cannot be told to choose a
 * port themselves; a server inside the test listens on port 0 instead and is asked for its address.
 *
 * It lies below the ports that the system gives to outgoing connections (Linux: 32768 and up). One of these could take
 * it before the program starts, and a client that knocks at it meanwhile could end up connected to itself.
 */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  return port
}

/** Two or more different free ports: all are held open until every one of them is known. */
export async function freePorts(count: 1): Promise<[number]>
export async function freePorts(count: 2): Promise<[number, number]>
export async function freePorts(count: 3): Promise<[number, number, number]>
export async function freePorts(count: number): Promise<number[]>
export async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, holdPort))
  await Promise.all(held.map((one) => one.release()))
  return held.map((one) => one.port)
}

interface HeldPort {
  readonly port: number
  release(): Promise<void>
}

async function holdPort(): Promise<HeldPort> {
  for (;;) {
    const held = await tryToHold(randomInt(16_000, 32_000))
    if (held !== null) return held
  }
}

/** Null for a port that somebody has. */
function tryToHold(port: number): Promise<HeldPort | null> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    )
    const release = () => new Promise<void>((done) => server.close(() => done()))
    server.listen(port, '127.0.0.1', () => resolve({ port, release }))
  })
}

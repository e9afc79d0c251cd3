import { createServer } from 'node:net'

/**
 * A TCP port on 127.0.0.1 that nobody listens on at this moment. Only for programs that cannot be told to choose a
 * port themselves; a server inside the test listens on port 0 instead and is asked for its address.
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

function holdPort(): Promise<{ port: number; release: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string')
        return reject(new Error('the listener has no TCP port'))
      resolve({ port: address.port, release: () => new Promise((done) => server.close(() => done())) })
    })
  })
}

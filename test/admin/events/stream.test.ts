import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createEventHub, type EventHub } from '../../../src/admin/events/hub.ts'
import { streamEvents } from '../../../src/admin/events/stream.ts'
import { eventually } from '../../support/poll.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

async function serve(hub: EventHub, mayRead = async () => true): Promise<number> {
  const options = { hub, lastEventId: null, mayRead, heartbeatMs: 10 }
  const server = createServer((_request, response) => void streamEvents(response, options))
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

describe('a stream of events', () => {
  it('shows with heartbeats that it is alive', async () => {
    const hub = createEventHub(createTestRuntime())
    const response = await fetch(`http://127.0.0.1:${await serve(hub)}`)
    let text = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      if (text.includes(': here')) break
    }
    expect(text).toMatch(/^retry: 2000\n\n/)
  })

  it('ends with the session of the reader', async () => {
    const hub = createEventHub(createTestRuntime())
    let signedIn = true
    const port = await serve(hub, async () => signedIn)
    const response = await fetch(`http://127.0.0.1:${port}`)
    signedIn = false
    await response.text()
    await eventually(() => hub.listeners() === 0, { what: 'the reader to be gone' })
  })

  it('goes on while nobody can tell whether the session stands', async () => {
    const hub = createEventHub(createTestRuntime())
    let asked = 0
    const port = await serve(hub, async () => {
      asked++
      throw new Error('the database is away')
    })
    const response = await fetch(`http://127.0.0.1:${port}`)
    await eventually(() => asked > 3, { what: 'some heartbeats' })
    expect(hub.listeners()).toBe(1)
    await response.body?.cancel()
  })

  it('drops a reader that does not read, and keeps nothing for it', async () => {
    const hub = createEventHub(createTestRuntime())
    const port = await serve(hub)
    const socket = connect(port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    socket.on('error', () => {})
    await eventually(() => hub.listeners() === 1, { what: 'the reader' })
    socket.pause()
    const keys = [Array.from({ length: 1_000 }, () => 'lookup.pepper.rotateEvery').join()]
    await eventually(
      () => {
        for (let i = 0; i < 100; i++) hub.publish('change', { keys, restartNeeded: false })
        return hub.listeners() === 0
      },
      { what: 'the slow reader to be dropped' },
    )
    socket.destroy()
  })
})

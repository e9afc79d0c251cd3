import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAskedBackend, type AskedBackend } from '../../src/backends/ask.ts'
import type { Backend } from '../../src/backends/backend.ts'
import { BackendFailure } from '../../src/backends/failure.ts'
import { backendSections } from '../../src/backends/sections.ts'
import { json, startHttpPeer, type HttpPeer } from '../support/http-peer.ts'
import { createTestRuntime } from '../support/test-runtime.ts'
import { testWorld } from './support/context.ts'

const address = { medium: 'email', address: 'anna@x.example' } as const
const answer = { lookup: { ...address, id: { type: 'localpart', value: 'anna' } } }

/** Ways in which a directory fails; each pulls the plug of a real server. */
const plugs: readonly (readonly [string, (peer: HttpPeer) => void | Promise<void>])[] = [
  ['refuses connections', (peer) => peer.close()],
  ['never answers', (peer) => peer.handle(() => {})],
  ['answers garbage', (peer) => peer.handle((_request, response) => void response.end('<html>'))],
  ['breaks off', (peer) => peer.handle((_request, response) => void response.socket?.destroy())],
  ['says that it is broken', (peer) => peer.handle(json(500, {}))],
]

describe('a backend that is asked', () => {
  const runtime = createTestRuntime()
  let peer: HttpPeer
  let backend: AskedBackend
  let observed: string[]
  beforeEach(async () => {
    peer = await startHttpPeer({ handler: json(200, answer) })
    observed = []
    const config = backendSections.parse({
      ...{ id: 'web', type: 'rest', url: `http://127.0.0.1:${peer.port}`, timeout: '200ms' },
    })
    const observe = (...parts: unknown[]) => void observed.push(parts.slice(0, 3).join(' '))
    backend = createAskedBackend(config, testWorld({ runtime }), observe)
  })
  afterEach(async () => {
    await backend.close()
    await peer.close()
  })

  const find = (asked = backend) =>
    asked.ask('lookup', null, async (directory: Backend, asking) =>
      directory.findMappings?.([address], asking),
    )

  test('answers within its time, and is counted', async () => {
    expect(await find()).toMatchObject({ outcome: 'answered', value: [{ mxid: '@anna:example.org' }] })
    expect(observed).toEqual(['web lookup answered'])
  })

  test.each(plugs)('that %s fails in time, is left alone, and comes back by itself', async (_what, pull) => {
    await find()
    await pull(peer)
    for (let i = 0; i < 3; i++) {
      const failed = await find()
      expect(failed).toMatchObject({
        outcome: 'failed',
        failure: { fix: expect.stringMatching(/\S+ .*[.:]?/) },
      })
    }
    const connections = peer.seen.length
    expect(await find()).toMatchObject({ outcome: 'skipped' })
    expect(peer.seen).toHaveLength(connections)
    expect(backend.state()).toMatchObject({ breaker: 'open', lastFailure: { name: 'BackendFailure' } })

    const { port } = peer
    await peer.close()
    peer = await startHttpPeer({ handler: json(200, answer), port })
    runtime.clock.advance(10_000)
    expect(await find()).toMatchObject({ outcome: 'answered' })
    expect(backend.state()).toEqual({ breaker: 'closed', lastFailure: null })
  })

  test('that refuses questions is not left alone for it: they are a stranger’s', async () => {
    const refuse = () =>
      backend.ask('lookup', null, () => Promise.reject(new BackendFailure('query', 'No.', 'Ask.')))
    for (let i = 0; i < 5; i++) expect(await refuse()).toMatchObject({ outcome: 'failed' })
    expect(await find()).toMatchObject({ outcome: 'answered' })
  })

  test('that ignores its signal holds nobody up', async () => {
    const asked = await backend.ask('lookup', null, () => new Promise<never>(() => {}))
    expect(asked).toMatchObject({ outcome: 'failed', failure: { code: 'timeout' } })
  })

  test('whose settings cannot be used says so, and works once they can', async () => {
    const secrets = { read: async () => 'Bearer x' }
    const config = backendSections.parse({
      ...{ id: 'web', type: 'rest', url: `http://127.0.0.1:${peer.port}` },
      caFile: 'missing.pem',
    })
    const broken = createAskedBackend(config, testWorld({ runtime, secrets }))
    expect(await find(broken)).toMatchObject({ outcome: 'failed', failure: { code: 'configuration' } })
    await broken.close()
  })

  test('asks nobody any more once it is closed', async () => {
    await find()
    await backend.close()
    expect(await find()).toMatchObject({ outcome: 'failed', failure: { code: 'closed' } })
  })
})

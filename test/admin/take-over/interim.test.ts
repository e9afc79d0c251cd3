import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FastifyInstance } from 'fastify'
import { createInterimApp } from '../../../src/admin/take-over/interim.ts'
import { configSchema } from '../../../src/config/schema.ts'
import type { ImportProgress } from '../../../src/migrate/import/plan.ts'
import { createAdminClient, type AdminClient } from '../../support/admin-client.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

describe('the console’s address while an ordered import runs', () => {
  let app: FastifyInstance
  let stranger: AdminClient
  let progress: ImportProgress | null = null
  beforeAll(async () => {
    const runtime = createTestRuntime()
    app = createInterimApp({ config: configSchema.parse({}), runtime, progress: () => progress })
    stranger = createAdminClient(await app.listen({ host: '127.0.0.1', port: 0 }))
  })
  afterAll(() => app.close())

  it('says how far it is', async () => {
    const { body } = await stranger.get('/api/take-over/progress')
    expect(body).toEqual({ state: 'running', part: null, section: null, done: 0, total: 0 })
    progress = { part: 'data', section: 'associations', done: 40_000, total: 1_000_000 }
    expect((await stranger.get('/api/take-over/progress')).body).toEqual({ state: 'running', ...progress })
  })

  it('has nothing else, and says that it comes back', async () => {
    for (const answer of [await stranger.get('/api/session'), await stranger.post('/api/session', {})]) {
      expect(answer).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } })
    }
  })

  it('is well for whoever watches over the process, who would end it otherwise', async () => {
    expect((await stranger.get('/health')).status).toBe(200)
  })

  it('answers under its own names and to its own pages only', async () => {
    const path = '/api/take-over/progress'
    expect((await stranger.get(path, { headers: { origin: 'https://evil.example' } })).status).toBe(403)
    const other = await app.inject({ url: path, headers: { host: 'evil.example' } })
    expect(other.statusCode).toBe(421)
  })
})

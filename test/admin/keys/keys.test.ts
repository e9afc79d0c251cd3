import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AdminClient } from '../../support/admin-client.ts'
import { createApiClient } from '../../support/api-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { eventually } from '../../support/poll.ts'

let appliance: TestAppliance
let admin: AdminClient
beforeAll(async () => {
  ;({ appliance, client: admin } = await startConsole())
  await eventually(() => appliance.index.stats(), { what: 'the first index' })
})
afterAll(() => appliance.stop())

interface Keys {
  readonly signing: readonly {
    readonly id: string
    readonly publicKey: string
    readonly retiredAt: unknown
  }[]
  readonly pepper: { readonly createdAt: number; readonly nextRotation: number; readonly mappings: number }
  readonly sealingKey: string
}
const keys = async () => (await admin.get('/api/keys')).body as Keys

test('the list has the public halves alone, and says when the pepper changes next', async () => {
  const { body, text } = await admin.get('/api/keys')
  const { signing, pepper, sealingKey } = body as Keys
  expect(signing).toEqual([
    {
      id: 'ed25519:0',
      publicKey: expect.stringMatching(/^[\w+/]{43}$/),
      createdAt: expect.any(Number),
      retiredAt: null,
    },
  ])
  expect(pepper.nextRotation - pepper.createdAt).toBe(appliance.config.current().lookup.pepper.rotateEvery)
  expect(pepper.mappings).toBe(0)
  expect(sealingKey).toBe('file')
  expect(text).not.toMatch(/seed|secret/)
})

test('a rotated key signs from then on, and the former one stays valid', async () => {
  const [former] = (await keys()).signing
  const { body } = await admin.post('/api/keys/rotate')
  expect(body).toEqual({ id: 'ed25519:1' })
  expect((await keys()).signing.map(({ id, retiredAt }) => [id, retiredAt === null])).toEqual([
    ['ed25519:0', false],
    ['ed25519:1', true],
  ])
  const api = createApiClient(appliance.publicAddress)
  const query = { public_key: former?.publicKey ?? '' }
  expect((await api.get('/v2/pubkey/isvalid', { query })).body).toEqual({ valid: true })
})

test('a new pepper is a job, and answers when it is done', async () => {
  const before = (await keys()).pepper.createdAt
  const { body } = await admin.post('/api/keys/rotate-pepper')
  const { job } = body as { job: { id: string; kind: string } }
  expect(job.kind).toBe('rotation')
  await eventually(
    async () => {
      const answer = await admin.get(`/api/jobs/${job.id}`)
      return (answer.body as { state: string }).state === 'done'
    },
    { what: 'the end of the rotation' },
  )
  expect((await keys()).pepper.createdAt).toBeGreaterThanOrEqual(before)
})

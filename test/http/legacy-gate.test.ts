import { fastify, type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configSchema, type ConfigInput } from '../../src/config/schema.ts'
import { addErrorHandling } from '../../src/http/errors.ts'
import { addLegacyGate } from '../../src/http/legacy-gate.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

let app: FastifyInstance
let identityV1: ConfigInput['identityV1']
beforeAll(async () => {
  app = fastify()
  app.decorateRequest('clientAddress', {
    getter() {
      return String(this.headers['x-client'])
    },
  })
  addErrorHandling(app, createTestRuntime().log)
  await app.register(async (scope) => {
    addLegacyGate(scope, () => configSchema.parse({ identityV1 }))
    scope.get('/inside', () => ({}))
  })
  app.get('/outside', () => ({}))
})
afterAll(() => app.close())

const statusFor = async (client: string, url = '/inside') =>
  (await app.inject({ url, headers: { 'x-client': client } })).statusCode

describe('the gate in front of v1', () => {
  it.each([
    [{}, '192.0.2.1', 200],
    [{ allow: ['192.0.2.0/24'] }, '192.0.2.1', 200],
    [{ allow: ['192.0.2.1'] }, '192.0.2.1', 200],
    [{ allow: ['192.0.2.1'] }, '192.0.2.2', 403],
    [{ allow: ['192.0.2.0/24'] }, '::ffff:192.0.2.1', 200],
    [{ allow: ['2001:db8::/32'] }, '2001:db8:1::1', 200],
    [{ allow: ['2001:db8::/32'] }, '192.0.2.1', 403],
    [{ allow: ['10.0.0.0/8'] }, 'no address', 403],
    [{ enabled: false }, '192.0.2.1', 404],
    [{ enabled: false, allow: ['192.0.2.1'] }, '192.0.2.1', 404],
  ] as const)('with %j answers %s with %i', async (section, client, status) => {
    identityV1 = { ...section, allow: [...('allow' in section ? section.allow : [])] }
    expect(await statusFor(client)).toBe(status)
    expect(await statusFor(client, '/outside')).toBe(200)
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'

let appliance: TestAppliance
let client: AdminClient
beforeAll(async () => {
  appliance = await startTestAppliance()
  client = await signInAsAdmin(appliance)
})
afterAll(() => appliance.stop())

const post = (body: string, type: string, path = '/api/session/confirm') =>
  fetch(`${appliance.adminAddress}${path}`, {
    method: 'POST',
    headers: { cookie: client.cookie(), 'x-signpost-console': '1', 'content-type': type },
    body,
  })

it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
  'a body of %s, which a page could send without asking, is refused',
  async (type) => {
    const answer = await post('{"password":"x"}', type)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid' } })
  },
)

it('broken JSON is refused, without a word of it in the answer', async () => {
  const answer = await post('{"password": "hush', 'application/json')
  expect(answer.status).toBe(400)
  expect(await answer.text()).not.toContain('hush')
})

it('what the contract does not name is refused, with its place', async () => {
  const answer = await client.post('/api/session/confirm', { password: 'x', more: 1 })
  expect(answer).toMatchObject({
    status: 400,
    body: { error: { code: 'invalid', problems: [{ path: '' }] } },
  })
})

it('a body of a stranger is not read', async () => {
  const answer = await fetch(`${appliance.adminAddress}/api/sessions/end-others`, {
    method: 'POST',
    headers: { 'x-signpost-console': '1', 'content-type': 'application/json' },
    body: '{ broken',
  })
  expect(answer.status).toBe(401)
})

it('no answer may be kept by anybody on the way', async () => {
  expect((await client.get('/api/session')).headers.get('cache-control')).toBe('no-store')
  expect((await client.get('/api/nothing')).headers.get('cache-control')).toBe('no-store')
})

it('a route that does not exist says so', async () => {
  expect(await client.get('/api/nothing')).toMatchObject({
    status: 404,
    body: { error: { code: 'unknown-route' } },
  })
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { createAdminClient, signInAsAdmin } from '../../support/admin-client.ts'
import { startConsole, type TestConsole } from '../../support/console.ts'
import { freePorts } from '../../support/free-port.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { eventually } from '../../support/poll.ts'

let world: TestConsole
let ports: { former: number; admin: number; next: number }
let clock: ReturnType<typeof createTestRuntime>['clock']
beforeEach(async () => {
  const [former = 0, admin = 0, next = 0] = await freePorts(3)
  ports = { former, admin, next }
  clock = createTestRuntime(Date.now()).clock
  world = await startConsole({
    clock,
    config: {
      matrix: { domain: 'example.org' },
      server: { listen: { port: former } },
      admin: { listen: { port: admin } },
    },
  })
})
afterEach(() => world.appliance.stop())

const move = (key: 'server' | 'admin') =>
  world.client.put('/api/settings', {
    summary: 'moved',
    changes: [{ path: [key, 'listen', 'port'], value: ports.next }],
  })
const file = async () =>
  parse(await readFile(join(world.appliance.dataDir, 'signpost.yaml'), 'utf8')) as ConfigInput
const trial = async () => ((await world.client.get('/api/changes/trial')).body as { trial: unknown }).trial
const latest = async () => {
  const { body } = await world.client.get('/api/changes', {
    query: { operation: 'settings.change', limit: '1' },
  })
  return (body as { changes: Record<string, unknown>[] }).changes[0]
}
const tokenOf = (body: unknown) => (body as { token: string }).token

it('a new public address is tried, confirmed by the server itself, and counts then', async () => {
  const tried = await move('server')
  expect(tried.body).toMatchObject({ state: 'trying', confirmAt: [{ key: 'server.listen' }] })
  expect(await trial()).toMatchObject({ keys: ['server.listen'] })
  expect(await latest()).toMatchObject({ state: 'trying', canUndo: false })
  expect((await file()).server?.listen).toEqual({ port: ports.former })
  const answer = await world.client.post('/api/changes/trial/confirm', { token: tokenOf(tried.body) })
  expect(answer.body).toEqual({ state: 'kept', missing: [] })
  expect((await file()).server?.listen).toEqual({ port: ports.next })
  expect(await trial()).toBeNull()
  expect(await latest()).toMatchObject({ state: 'kept', canUndo: true })
})

it('a new address of the console is confirmed from there, and from nowhere else', async () => {
  const tried = await move('admin')
  const token = tokenOf(tried.body)
  const here = await world.client.post('/api/changes/trial/confirm', { token })
  expect(here.body).toEqual({ state: 'waiting', missing: ['admin.listen'] })
  const there = createAdminClient(`http://127.0.0.1:${ports.next}`)
  const answer = await there.post(
    '/api/changes/trial/confirm',
    { token },
    { headers: { cookie: world.client.cookie() } },
  )
  expect(answer.body).toEqual({ state: 'kept', missing: [] })
  expect((await file()).admin?.listen).toEqual({ port: ports.next })
  world = { ...world, client: await signInAsAdmin(world.appliance) }
})

it('a change that goes back is noted as such, and its token is worth nothing any more', async () => {
  const tried = await move('server')
  const answer = await world.client.post('/api/changes/trial/revert')
  expect(answer.body).toEqual({ reverted: true })
  expect(await latest()).toMatchObject({ state: 'reverted', canUndo: false })
  const late = await world.client.post('/api/changes/trial/confirm', { token: tokenOf(tried.body) })
  expect(late.status).toBe(404)
})

it('an undo that goes back leaves the change that it had undone in force', async () => {
  const tried = await move('server')
  await world.client.post('/api/changes/trial/confirm', { token: tokenOf(tried.body) })
  const moved = await latest()
  const undone = await world.client.post(`/api/changes/${String(moved?.['id'])}/undo`)
  expect(undone.body).toMatchObject({ result: { state: 'trying' } })
  expect(await latest()).toMatchObject({ id: moved?.['id'], state: 'undone' })
  await world.client.post('/api/changes/trial/revert')
  expect(await latest()).toMatchObject({ id: moved?.['id'], state: 'kept', undoneBy: null, canUndo: true })
  expect((await file()).server?.listen).toEqual({ port: ports.next })
})

it('without a confirmation everything is as before when the time is over', async () => {
  await move('server')
  clock.advance(61_000)
  await eventually(async () => (await latest())?.['state'] === 'reverted', { what: 'the end of the trial' })
  expect((await file()).server?.listen).toEqual({ port: ports.former })
  expect((await fetch(`http://127.0.0.1:${ports.former}/health`)).status).toBe(200)
})

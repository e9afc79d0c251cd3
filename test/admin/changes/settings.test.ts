import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { createAuditLog } from '../../../src/admin/changes/audit.ts'
import { createChangeSettings, type ChangeSettings } from '../../../src/admin/changes/settings.ts'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { createSealer, loadSealingKey, type Sealer } from '../../../src/config/sealing.ts'
import { systemRandom } from '../../../src/system.ts'
import { signInAsAdmin } from '../../support/admin-client.ts'
import { startConsole, type TestConsole } from '../../support/console.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

const domain = 'example.org'
const smtp = { host: 'mail.example.org', user: 'signpost', password: 'the-first-canary' }
const config: ConfigInput = {
  matrix: { domain },
  notifications: { email: { transport: 'log', from: 'signpost@example.org', smtp } },
}
const clock = createTestRuntime(Date.now()).clock

let world: TestConsole
let change: ChangeSettings
let sealer: Sealer
beforeAll(async () => {
  world = await startConsole({ config, clock })
  const { dataDir, storage, safeChange } = world.appliance
  sealer = createSealer(await loadSealingKey(dataDir, systemRandom), systemRandom)
  change = createChangeSettings({
    dataDir,
    safeChange: () => safeChange,
    sealer,
    random: systemRandom,
    audit: createAuditLog({ storage, clock }),
  })
})
afterAll(() => world.appliance.stop())

const file = async () => {
  const text = await readFile(join(world.appliance.dataDir, 'signpost.yaml'), 'utf8')
  return parse(text) as ConfigInput
}
const opened = (secret: unknown) => sealer.unseal((secret as { sealed: string }).sealed)
const caller = { adminId: 'someone', name: 'Somebody' }
const password = ['notifications', 'email', 'smtp', 'password']

/** A page of the audit log. */
async function changes(query: Record<string, string> = {}) {
  const { body } = await world.client.get('/api/changes', { query })
  return body as { changes: Record<string, unknown>[]; next: number | null }
}

it('a change is in force at once, and the log has who, when, before and after', async () => {
  const result = await change(caller, {
    summary: 'Invitations wait longer',
    changes: [{ path: ['invitations', 'expireAfter'], value: '14d' }],
  })
  expect(result).toMatchObject({ state: 'kept', restartNeeded: [] })
  expect(world.appliance.config.current().invitations.expireAfter).toBe(14 * 86_400_000)
  const [latest] = (await changes()).changes
  expect(latest).toMatchObject({
    id: result.changeId,
    at: clock.now(),
    by: 'Somebody',
    operation: 'settings.change',
    summary: 'Invitations wait longer',
    target: 'invitations.expireAfter',
    before: { 'invitations.expireAfter': null },
    after: { 'invitations.expireAfter': '14d' },
    state: 'kept',
    canUndo: true,
  })
})

it('what cannot be used is refused with its problems, and nothing is noted', async () => {
  const { changes: before } = await changes()
  await expect(
    change(caller, { summary: 'wrong', changes: [{ path: ['invitations', 'expireAfter'], value: 'long' }] }),
  ).rejects.toMatchObject({ code: 'config-invalid' })
  expect((await changes()).changes).toEqual(before)
})

it('undo takes the key out again that was not there, and marks the change', async () => {
  const [{ id } = {}] = (await changes()).changes
  const preview = await world.client.post(`/api/changes/${String(id)}/undo`, undefined, {
    query: { preview: 'true' },
  })
  expect(preview.body).toEqual({
    differences: [{ path: 'invitations.expireAfter', now: '14d', after: null }],
    result: null,
  })
  expect((await file()).invitations).toEqual({ expireAfter: '14d' })
  const undone = await world.client.post(`/api/changes/${String(id)}/undo`)
  expect(undone.status).toBe(200)
  expect((await file()).invitations).toBeUndefined()
  const [undo, former] = (await changes()).changes
  expect(undo).toMatchObject({ operation: 'settings.undo', target: String(id) })
  expect(former).toMatchObject({ id, state: 'undone', undoneBy: undo?.['id'], canUndo: false })
  const again = await world.client.post(`/api/changes/${String(id)}/undo`)
  expect(again).toMatchObject({ status: 422, body: { error: { code: 'not-possible' } } })
})

it('a secret is sealed in the file, shown as set, and comes back with its former value', async () => {
  const first = await change(caller, {
    summary: 's',
    changes: [{ path: password, value: 'the-second-canary' }],
  })
  const sealed = (await file()).notifications?.email?.smtp?.password
  expect(sealed).toEqual({ sealed: expect.stringMatching(/^v1:/) as string })
  const second = await change(caller, {
    summary: 's',
    changes: [{ path: password, value: 'the-third-canary' }],
  })
  const { text } = await world.client.get('/api/changes')
  expect(text).not.toMatch(/canary|v1:/)
  expect(text).toContain('{"notifications.email.smtp.password":{"set":true}}')
  await world.client.post(`/api/changes/${second.changeId}/undo`)
  expect((await file()).notifications?.email?.smtp?.password).toEqual(sealed)
  await world.client.post(`/api/changes/${first.changeId}/undo`)
  expect(opened((await file()).notifications?.email?.smtp?.password)).toBe('the-first-canary')
  const rows = await world.appliance.storage.db.selectFrom('admin_changes').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain('canary')
})

it('a secret that is sent back as "set" stays as it is', async () => {
  await change(caller, {
    summary: 's',
    changes: [
      {
        path: ['notifications', 'email', 'smtp'],
        value: { ...smtp, user: 'other', password: { set: true } },
      },
    ],
  })
  const { password: kept, ...others } = (await file()).notifications?.email?.smtp ?? {}
  expect(others).toEqual({ host: smtp.host, user: 'other' })
  expect(opened(kept)).toBe('the-first-canary')
})

it('a change whose key was changed again is not undone, and the answer says what to do', async () => {
  const path = ['validation', 'sessionLifetime']
  const first = await change(caller, { summary: 's', changes: [{ path, value: '1h' }] })
  await change(caller, { summary: 's', changes: [{ path, value: '2h' }] })
  const answer = await world.client.post(`/api/changes/${first.changeId}/undo`)
  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } })
  expect((await file()).validation).toEqual({ sessionLifetime: '2h' })
})

it('an item of a list is undone with its list, wherever the item stands', async () => {
  const list = (id: string) => ({ id, type: 'list' })
  await change(caller, { summary: 's', changes: [{ path: ['backends'], value: [list('a'), list('b')] }] })
  const renamed = await change(caller, {
    summary: 's',
    changes: [{ path: ['backends', 1, 'id'], value: 'c' }],
  })
  expect(renamed.restartNeeded).toContain('backends')
  await world.client.post(`/api/changes/${renamed.changeId}/undo`)
  expect((await file()).backends).toEqual([list('a'), list('b')])
})

it('"go back to Tuesday" shows the differences first, and then brings back what stood in the file', async () => {
  const tuesday = clock.now()
  const before = await file()
  clock.advance(86_400_000)
  // The session of the day before has ended.
  world = { ...world, client: await signInAsAdmin(world.appliance) }
  await change(caller, { summary: 's', changes: [{ path: ['validation', 'sessionLifetime'], value: '3h' }] })
  await change(caller, { summary: 's', changes: [{ path: ['validation', 'sessionLifetime'], value: '4h' }] })
  await change(caller, { summary: 's', changes: [{ path: password, value: 'the-fourth-canary' }] })
  const preview = await world.client.post('/api/changes/return', { to: tuesday, preview: true })
  expect(preview.text).not.toContain('canary')
  expect((preview.body as { differences: unknown[] }).differences).toEqual(
    expect.arrayContaining([
      { path: 'validation.sessionLifetime', now: '4h', after: '2h' },
      { path: 'notifications.email.smtp.password', now: { set: true }, after: { set: true } },
    ]),
  )
  expect(await file()).not.toEqual(before)
  const answer = await world.client.post('/api/changes/return', { to: tuesday })
  expect(answer.body).toMatchObject({ result: { state: 'kept' } })
  expect(await file()).toEqual(before)
})

it('the list goes on from page to page and ends', async () => {
  const seen: unknown[] = []
  let before: number | null = null
  do {
    const page: Awaited<ReturnType<typeof changes>> = await changes({
      limit: '3',
      ...(before === null ? {} : { before: String(before) }),
    })
    seen.push(...page.changes.map(({ id }) => id))
    before = page.next
  } while (before !== null)
  expect(seen).toEqual((await changes({ limit: '200' })).changes.map(({ id }) => id))
  expect(new Set(seen).size).toBe(seen.length)
})

it('the list can be narrowed to one kind of operation', async () => {
  const { changes: found } = await changes({ operation: 'session' })
  expect(found.length).toBeGreaterThan(0)
  expect(found.every(({ operation }) => String(operation).startsWith('session.'))).toBe(true)
})

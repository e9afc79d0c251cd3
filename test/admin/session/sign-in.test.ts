import { afterAll, beforeAll, expect, it } from 'vitest'
import { adminName, adminPassword, createAdminClient, signInAsAdmin } from '../../support/admin-client.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'

const { clock } = createTestRuntime(Date.now())
const HOUR = 3_600_000
let appliance: TestAppliance
beforeAll(async () => {
  appliance = await startTestAppliance({ clock })
  await signInAsAdmin(appliance)
})
afterAll(() => appliance.stop())

const newClient = () => createAdminClient(appliance.adminAddress)
const signIn = (headers: Record<string, string> = {}, password = adminPassword, name = adminName) =>
  newClient().post('/api/session', { name, password }, { headers })
const listOf = (body: unknown) => (body as { sessions: { id: string; current: boolean }[] }).sessions

it('the cookie is for this server alone: no script, no other site, and a name of this installation', async () => {
  const [cookie = '', ...more] = (await signIn()).headers.getSetCookie()
  expect(more).toEqual([])
  expect(cookie).toMatch(
    /^signpost-[0-9a-f]{8}=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Strict$/,
  )
})

it('tokens are stored as hashes', async () => {
  const client = await signInAsAdmin(appliance)
  const token = client.cookie().split('=')[1] ?? ''
  const rows = await appliance.storage.db.selectFrom('admin_sessions').selectAll().execute()
  expect(token).toHaveLength(43)
  expect(JSON.stringify(rows)).not.toContain(token)
  const [admin] = await appliance.storage.db.selectFrom('admins').selectAll().execute()
  expect(admin?.password_hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$/)
})

it('names are recognised in upper and lower case, and a wrong name is answered like a wrong password', async () => {
  expect((await signIn({}, adminPassword, ` ${adminName.toUpperCase()} `)).status).toBe(200)
  const wrongName = await signIn({}, adminPassword, 'Nobody')
  const wrongPassword = await signIn({}, 'another quiet harbour')
  expect(wrongName).toMatchObject({ status: 403, body: { error: { code: 'wrong-password' } } })
  expect(wrongName.text).toBe(wrongPassword.text)
  await signInAsAdmin(appliance)
})

it('a session ends by signing out, and its cookie is taken back', async () => {
  const client = await signInAsAdmin(appliance)
  const cookie = client.cookie()
  const answer = await client.delete('/api/session')
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/=; Path=\/; Max-Age=0;/)])
  expect((await newClient().get('/api/sessions', { headers: { cookie } })).status).toBe(401)
})

it('a session ends when nobody uses it, and lives on while somebody does', async () => {
  const [idle, busy] = [await signInAsAdmin(appliance), await signInAsAdmin(appliance)]
  for (let hour = 0; hour < 13; hour++) {
    clock.advance(HOUR)
    expect((await busy.get('/api/sessions')).status).toBe(200)
  }
  expect((await idle.get('/api/sessions')).status).toBe(401)
  expect((await idle.get('/api/session')).body).toMatchObject({ state: 'signed-out' })
})

it('a session ends after its longest time, however busy it is', async () => {
  const client = await signInAsAdmin(appliance)
  for (let hour = 0; hour < 7 * 24; hour += 8) {
    expect((await client.get('/api/sessions')).status).toBe(200)
    clock.advance(8 * HOUR)
  }
  expect((await client.get('/api/sessions')).status).toBe(401)
})

it('a typed password allows dangerous actions for ten minutes, and once more after it was typed again', async () => {
  const client = await signInAsAdmin(appliance)
  const dangerous = () => client.post('/api/changes/return', { to: clock.now(), preview: true })
  expect((await dangerous()).status).toBe(200)
  clock.advance(10 * 60_000)
  expect(await dangerous()).toMatchObject({ status: 403, body: { error: { code: 'confirm-password' } } })
  const wrong = await client.post('/api/session/confirm', { password: 'wrong wrong wrong' })
  expect(wrong).toMatchObject({ status: 403, body: { error: { code: 'wrong-password' } } })
  const answer = await client.post('/api/session/confirm', { password: adminPassword })
  expect(answer.body).toMatchObject({ confirmedUntil: clock.now() + 600_000 })
  expect((await dangerous()).status).toBe(200)
})

it('the list shows every browser, and one browser signs another out', async () => {
  const [here, there] = [await signInAsAdmin(appliance), await signInAsAdmin(appliance)]
  const mine = listOf((await here.get('/api/sessions')).body)
  expect(mine.filter(({ current }) => current)).toHaveLength(1)
  const other = listOf((await there.get('/api/sessions')).body).find(({ current }) => current)
  expect((await here.delete(`/api/sessions/${String(other?.id)}`)).status).toBe(200)
  expect((await there.get('/api/sessions')).status).toBe(401)
  expect((await here.delete(`/api/sessions/${String(other?.id)}`)).status).toBe(404)
  const third = await signInAsAdmin(appliance)
  await here.post('/api/sessions/end-others')
  expect((await third.get('/api/sessions')).status).toBe(401)
  expect(listOf((await here.get('/api/sessions')).body)).toHaveLength(1)
})

it('all sessions end when the password changes, but for a new one in this browser', async () => {
  const [here, there] = [await signInAsAdmin(appliance), await signInAsAdmin(appliance)]
  const former = here.cookie()
  expect((await here.post('/api/session/password', { password: 'weak' })).status).toBe(400)
  const next = 'a quiet harbour by night'
  expect((await here.post('/api/session/password', { password: next })).status).toBe(200)
  expect(here.cookie()).not.toBe(former)
  expect((await here.get('/api/sessions')).status).toBe(200)
  for (const cookie of [former, there.cookie()]) {
    expect((await newClient().get('/api/sessions', { headers: { cookie } })).status).toBe(401)
  }
  expect((await signIn()).status).toBe(403)
  expect((await signIn({}, next)).status).toBe(200)
  await here.post('/api/session/password', { password: adminPassword })
})

it('signing in again in one browser replaces its session', async () => {
  const client = await signInAsAdmin(appliance)
  const former = client.cookie()
  await client.post('/api/session', { name: adminName, password: adminPassword })
  expect((await newClient().get('/api/sessions', { headers: { cookie: former } })).status).toBe(401)
})

it('a header that anybody can write changes nothing about who is slowed down, nor what the log says', async () => {
  const from = (index: number) => ({
    'x-forwarded-for': `192.0.2.${index}`,
    forwarded: `for=192.0.2.${index}`,
  })
  for (let index = 0; index < 5; index++) {
    expect((await signIn(from(index), 'wrong wrong wrong')).status).toBe(403)
  }
  const answer = await signIn(from(9))
  expect(answer).toMatchObject({
    status: 429,
    body: { error: { code: 'too-many-attempts', params: { seconds: 2 } } },
  })
  expect(answer.headers.get('retry-after')).toBe('2')
  expect(appliance.logText()).toContain('"client":"127.0.0.1"')
  expect(appliance.logText()).not.toContain('192.0.2.')
  expect(appliance.logText()).not.toContain(adminPassword)
  clock.advance(2_000)
  expect((await signIn(from(9))).status).toBe(200)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { runAdminCommand } from '../../src/cli/admin-command.ts'
import { adminName, createAdminClient, signInAsAdmin, tokenOf } from '../support/admin-client.ts'
import { startTestAppliance, withTestDefaults, type TestAppliance } from '../support/appliance.ts'
import { freePort } from '../support/free-port.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { runIn } from './data-commands.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'

let appliance: TestAppliance
beforeAll(async () => {
  const dataDir = await createTempDir('admin-command')
  const config = withTestDefaults({ admin: { listen: { port: await freePort() } } })
  await writeFile(join(dataDir, 'signpost.yaml'), stringify(config))
  appliance = await startTestAppliance({ dataDir, config })
})
afterAll(() => appliance.stop())

const run = (args: readonly string[], json = false, input = '') =>
  runIn(appliance.dataDir, runAdminCommand, args, json, input)
const signIn = (password: string) =>
  createAdminClient(appliance.adminAddress).post('/api/session', { name: adminName, password })
const linkOf = (out: string) => (JSON.parse(out) as { url: string }).url

test('before the claim, every link is the one that claims, and the list is empty', async () => {
  for (const action of ['link', 'reset-password']) {
    const { code, out } = await run([action])
    expect(code).toBe(0)
    expect(out).toContain(`${appliance.adminAddress}/claim#`)
  }
  expect((await run(['list'], true)).out).toBe('[]')
  expect((await run(['list'])).out).toContain('signpost admin link')
  expect(await run(['reset-password', '--generate'])).toMatchObject({ code: 3 })
})

test('"admin link" signs in beside the running server, once, without the right to dangerous actions', async () => {
  await signInAsAdmin(appliance)
  const { out } = await run(['link'], true)
  expect(linkOf(out)).toMatch(new RegExp(`^${appliance.adminAddress}/sign-in#[\\w-]{43}$`))
  const client = createAdminClient(appliance.adminAddress)
  const answer = await client.post('/api/session/link', { token: tokenOf(linkOf(out)) })
  expect(answer.body).toMatchObject({ state: 'signed-in', name: adminName, confirmedUntil: null })
  expect((await client.post('/api/session/link', { token: tokenOf(linkOf(out)) })).status).toBe(410)
})

test('"admin reset-password" prints a link that sets a new password and ends every session', async () => {
  const former = await signInAsAdmin(appliance)
  const { out } = await run(['reset-password', adminName.toUpperCase()], true)
  const token = tokenOf(linkOf(out))
  const client = createAdminClient(appliance.adminAddress)
  const weak = await client.post('/api/session/reset', { token, password: 'short' })
  expect(weak.body).toMatchObject({ error: { code: 'weak-password', params: { reason: 'short' } } })
  const answer = await client.post('/api/session/reset', { token, password: 'another quiet harbour' })
  expect(answer.body).toMatchObject({ state: 'signed-in', name: adminName })
  expect((await former.get('/api/sessions')).status).toBe(401)
  expect((await signIn('another quiet harbour')).status).toBe(200)
})

test('"admin reset-password --generate" makes a password that works', async () => {
  const { code, out } = await run(['reset-password', '--generate'], true)
  expect(code).toBe(0)
  const { name, password } = JSON.parse(out) as { name: string; password: string }
  expect(name).toBe(adminName)
  expect((await signIn(password)).status).toBe(200)
})

test('"admin reset-password --stdin" takes one from standard input, and refuses one that is easy to guess', async () => {
  expect(await run(['reset-password', '--stdin'], false, 'password12\n')).toMatchObject({ code: 2 })
  expect(await run(['reset-password', '--stdin'], false, 'the third harbour\n')).toMatchObject({ code: 0 })
  expect((await signIn('the third harbour')).status).toBe(200)
})

test('"admin list" names who may use the console', async () => {
  expect((await run(['list'])).out).toMatch(/^Anna Admin {2}last sign-in: \d{4}-/)
})

test('a name that nobody has is refused', async () => {
  expect(await run(['link', 'Nobody'])).toMatchObject({ code: 3 })
})

test.each([
  [['frobnicate']],
  [[]],
  [['link', '--generate']],
  [['list', 'a']],
  [['reset-password', '--stdin', '--generate']],
])('a command line that says nothing is answered with how to say it: %j', async (args) => {
  expect(await run(args)).toMatchObject({
    code: 64,
    err: expect.stringContaining('Usage: signpost admin') as string,
  })
})

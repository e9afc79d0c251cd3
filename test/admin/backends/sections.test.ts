import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'

interface Overview {
  readonly backends: readonly {
    readonly id: string
    readonly state: string
    readonly uses: readonly { readonly use: string; readonly on: boolean }[]
    readonly section: Readonly<Record<string, unknown>>
  }[]
  readonly leaving: readonly string[]
  readonly restartNeeded: boolean
}

const directory = {
  id: 'school',
  type: 'ldap',
  enabled: false,
  servers: ['ldap://127.0.0.1:9'],
  bindDn: 'cn=signpost,dc=example',
  bindPassword: 'canary',
  bases: ['dc=example'],
}

let appliance: TestAppliance
let admin: AdminClient
beforeEach(async () => {
  const config = { backends: [{ id: 'list', type: 'list' as const }] }
  ;({ appliance, client: admin } = await startConsole({ config }))
})
afterEach(() => appliance.stop())

const fileName = () => join(appliance.dataDir, 'signpost.yaml')
const file = () => readFile(fileName(), 'utf8')
const overview = async () => (await admin.get('/api/backends')).body as Overview
const ids = async () => (await overview()).backends.map(({ id }) => id)
const add = (section: object) => admin.post('/api/backends', { section })

it('a new backend stands last, waits for a restart, and its password is sealed and never comes back', async () => {
  const answer = await add(directory)
  expect(answer).toMatchObject({ status: 200, body: { state: 'kept', restartNeeded: ['backends'] } })
  expect(await file()).toContain('sealed: v1:')
  const { text, body } = await admin.get('/api/backends')
  expect(text).not.toContain('canary')
  expect(text).not.toContain('v1:')
  expect(body).toMatchObject({
    restartNeeded: true,
    backends: [
      { id: 'list', state: 'running', rows: { people: 0, addresses: 0 } },
      { id: 'school', state: 'off', section: { bindPassword: { set: true } } },
    ],
  })
})

it('the first backend of all finds its place in a file without any', async () => {
  await admin.delete('/api/backends/list')
  expect(await ids()).toEqual([])
  expect((await add({ id: 'new', type: 'list' })).status).toBe(200)
  expect(await ids()).toEqual(['new'])
})

it('a file that names no backends has the list, which stays when another one is added', async () => {
  await writeFile(fileName(), (await file()).replace(/backends:\n(?: .*\n)+/, ''))
  expect(await file()).not.toContain('backends')
  expect(await overview()).toMatchObject({ backends: [{ id: 'list', section: { type: 'list' } }] })
  expect((await add(directory)).status).toBe(200)
  expect(await ids()).toEqual(['list', 'school'])
})

it('a change writes the keys that differ; comments, secrets and all other keys stay', async () => {
  await add(directory)
  const before = await file()
  const sealed = /sealed: .*/.exec(before)?.[0] ?? 'none'
  await writeFile(fileName(), before.replace('servers:', '# The old machine\n    servers:'))
  const section = { ...directory, bindPassword: { set: true }, filter: '(uid=*)' }
  expect((await admin.put('/api/backends/school', { section })).status).toBe(200)
  expect(await file()).toContain('# The old machine')
  expect(await file()).toContain(sealed)
  expect(await file()).toContain('filter: (uid=*)')
})

it('a new name keeps the password, which the old name had', async () => {
  await add(directory)
  const section = { ...directory, id: 'academy', bindPassword: { set: true } }
  expect((await admin.put('/api/backends/school', { section })).status).toBe(200)
  const { backends } = await overview()
  expect(backends.find(({ id }) => id === 'academy')?.section).toMatchObject({ bindPassword: { set: true } })
})

it('switches are changes like others', async () => {
  const uses = { lookup: true, search: false, profile: true }
  await admin.put('/api/backends/list', { section: { id: 'list', type: 'list', uses } })
  const [list] = (await overview()).backends
  expect(list).toMatchObject({ state: 'waiting' })
  expect(list?.uses).toContainEqual({ use: 'search', on: false })
})

it('what cannot be used is refused, and the problem names the key of the section', async () => {
  await add(directory)
  const section = { ...directory, bindPassword: { set: true }, servers: ['school.example.org'] }
  expect(await admin.put('/api/backends/school', { section })).toMatchObject({
    status: 422,
    body: { error: { code: 'config-invalid', problems: [{ path: 'servers[0]', fix: expect.any(String) }] } },
  })
  expect(await add({ id: 'list', type: 'list' })).toMatchObject({
    status: 422,
    body: { error: { problems: [{ path: 'id' }] } },
  })
})

it('the order is the one that was asked for, and one of other names is a conflict', async () => {
  await add(directory)
  const plain = (await file()).replace(/bindPassword:\n\s+sealed: .*/, 'bindPassword: canary')
  await writeFile(fileName(), plain)
  expect((await admin.put('/api/backends', { order: ['school', 'list'] })).status).toBe(200)
  expect(await file()).toContain('bindPassword: canary')
  expect(await ids()).toEqual(['school', 'list'])
  expect((await overview()).backends[0]?.section).toMatchObject({ bindPassword: { set: true } })
  expect((await admin.put('/api/backends', { order: ['school'] })).status).toBe(409)
})

it('a backend that was taken out is named until the restart, and stands in the list of changes', async () => {
  expect((await admin.delete('/api/backends/list')).status).toBe(200)
  expect(await overview()).toMatchObject({ backends: [], leaving: ['list'], restartNeeded: true })
  const { body } = await admin.get('/api/changes', { query: { operation: 'backends' } })
  expect(body).toMatchObject({ changes: [{ operation: 'backends.remove', target: 'list', canUndo: true }] })
  expect((await admin.delete('/api/backends/list')).status).toBe(404)
})

it('every key of every kind is described for the forms', async () => {
  const { body } = await admin.get('/api/backend-kinds')
  const { kinds } = body as { kinds: readonly { type: string; keys: readonly { path: string }[] }[] }
  expect(kinds.map(({ type }) => type)).toEqual([
    'list',
    'ldap',
    'sql',
    'synapse',
    'rest',
    'exec',
    'wordpress',
    'firebase',
  ])
  const paths = kinds.find(({ type }) => type === 'ldap')?.keys.map(({ path }) => path)
  expect(paths).toEqual(expect.arrayContaining(['servers', 'filters.lookup', 'sync.every', 'uses.search']))
})

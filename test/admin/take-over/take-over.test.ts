import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readStagedImport } from '../../../src/migrate/take-over/staged-import.ts'
import { takeOverAtStart } from '../../../src/take-over-at-start.ts'
import { createMa1sd } from '../../migrate/import/support/ma1sd-fixture.ts'
import { createSydent } from '../../migrate/import/support/sydent-fixture.ts'
import type { AdminAnswer, AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { freePorts } from '../../support/free-port.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { jobEnded } from '../jobs/job-ended.ts'

let appliance: TestAppliance
let admin: AdminClient
let folder: string
let restarts: number
beforeEach(async () => {
  folder = await createTempDir('take-over')
  restarts = 0
  const restart = { request: () => void (restarts += 1), refused: null }
  ;({ appliance, client: admin } = await startConsole({
    restart,
    config: { matrix: { domain: 'example.org' } },
  }))
})
afterEach(() => appliance.stop())

interface Overview {
  readonly sent: readonly { readonly part: string; readonly path: string }[]
  readonly looked: {
    readonly listen: { readonly port: number; readonly state: string } | null
    readonly report: Report
  } | null
  readonly waiting: { readonly kind: string } | null
  readonly outcome: { readonly report: Report | null } | null
}
interface Report {
  readonly configPath: string
  readonly keys: readonly { readonly id: string; readonly outcome: string }[]
  readonly sections: readonly { readonly section: string; readonly added: number }[]
  readonly settings: readonly { readonly from: string; readonly to: string | null; readonly fate: string }[]
}
const overview = async () => (await admin.get('/api/take-over')).body as Overview
const look = async (body: object) => {
  const job = await jobEnded(admin, await admin.post('/api/take-over/look', body))
  expect(job.error).toBeNull()
  return (await overview()).looked
}
const errorOf = ({ body }: AdminAnswer) => (body as { error: object }).error
const send = async (part: string, bytes: Buffer, path?: string) => {
  const query = path === undefined ? {} : { path }
  return await admin.request('PUT', `/api/take-over/files/${part}`, {
    query,
    bytes: Buffer.from(bytes) as Buffer<ArrayBuffer>,
  })
}

describe('the take-over of another identity server in the console', () => {
  it('looks first: what would come over, and nothing is changed', async () => {
    const { path } = await createSydent('sqlite', folder)
    const before = await readFile(join(appliance.dataDir, 'signpost.yaml'), 'utf8')
    const looked = await look({ kind: 'sydent', from: 'machine', path, listen: 'ours' })
    expect(looked).toMatchObject({
      listenAs: 'ours',
      report: { configPath: path, keys: [{ outcome: 'renamed' }, { id: 'ed25519:0', outcome: 'signs' }] },
    })
    expect(looked?.report.sections.find(({ section }) => section === 'associations')?.added).toBeGreaterThan(
      5,
    )
    expect(await readFile(join(appliance.dataDir, 'signpost.yaml'), 'utf8')).toBe(before)
    expect(await readStagedImport(appliance.dataDir)).toBeNull()
    expect(JSON.stringify(looked)).not.toContain('50% of it')
  })

  it('takes files from another machine, with a key store that is a folder', async () => {
    const { path, keys } = await createMa1sd('sqlite', folder)
    await send('config', await readFile(path))
    await send('database', await readFile(join(folder, 'store.db')))
    for (const name of await readdir(keys, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue
      const place = join(name.parentPath, name.name)
      const answer = await send('keys', await readFile(place), place.slice(keys.length + 1))
      expect(answer.status, answer.text).toBe(200)
    }
    expect((await overview()).sent.map(({ part }) => part)).toEqual(
      expect.arrayContaining(['config', 'keys']),
    )
    const looked = await look({ kind: 'ma1sd', from: 'upload' })
    expect(looked?.report.configPath).toBe('config')
    expect(looked?.report.keys.some(({ outcome }) => outcome === 'signs')).toBe(true)
    expect(looked?.report.sections.find(({ section }) => section === 'invitations')?.added).toBeGreaterThan(0)
    expect((await admin.post('/api/take-over/forget')).status).toBe(200)
    expect(await overview()).toMatchObject({ sent: [], looked: null })
  })

  it.each(['../signpost.yaml', 'a/../../b', '/etc/passwd', '.', 'a/b/c/d/e', ''])(
    'keeps no key at the place %j',
    async (path) => {
      expect(errorOf(await send('keys', Buffer.from('x'), path))).toMatchObject({ code: 'invalid' })
      expect((await overview()).sent).toEqual([])
    },
  )

  it('names what is wrong with a path, or missing', async () => {
    const job = await jobEnded(
      admin,
      await admin.post('/api/take-over/look', {
        kind: 'sydent',
        from: 'machine',
        path: '/nowhere/sydent.conf',
      }),
    )
    expect(job).toMatchObject({ state: 'failed', error: { code: 'input-unreadable' } })
    for (const body of [
      { kind: 'ma1sd', from: 'machine' },
      { kind: 'ma1sd', from: 'upload' },
    ]) {
      expect(errorOf(await admin.post('/api/take-over/look', body))).toMatchObject({ code: 'invalid' })
    }
    expect(errorOf(await admin.post('/api/take-over/apply'))).toMatchObject({ code: 'conflict' })
  })

  it('happens at the restart that it asks for, and tells its outcome afterwards', async () => {
    const { path } = await createSydent('sqlite', folder)
    await look({ kind: 'sydent', from: 'machine', path, database: join(folder, 'sydent.db'), listen: 'ours' })
    expect((await admin.post('/api/take-over/apply')).body).toEqual({ restarting: true })
    await expect.poll(() => restarts).toBe(1)
    expect((await overview()).waiting).toMatchObject({ kind: 'sydent' })
    expect((await admin.get('/api/take-over/progress')).body).toMatchObject({ state: 'waiting' })
    // A place may hold a password.
    expect(await readFile(join(appliance.dataDir, '.take-over/request.json'), 'utf8')).not.toContain(
      'sydent.db"',
    )
    const { dataDir } = appliance
    await appliance.stop()
    await takeOverAtStart({ dataDir, runtime: createTestRuntime(Date.now()), env: {} })
    ;({ appliance, client: admin } = await startConsole({ dataDir }))
    expect(await overview()).toMatchObject({ waiting: null, looked: null, outcome: { error: null } })
    const { changes } = (await admin.get('/api/changes')).body as { changes: { operation: string }[] }
    expect(changes.map(({ operation }) => operation)).toContain('take-over.apply')
    const found = await appliance.storage.db.selectFrom('associations').select('mxid').execute()
    expect(found.length).toBeGreaterThan(5)
  })

  it('can be taken back before the restart', async () => {
    const { path } = await createSydent('sqlite', folder)
    await look({ kind: 'sydent', from: 'machine', path, listen: 'ours' })
    await admin.post('/api/take-over/apply')
    expect((await admin.post('/api/take-over/cancel')).status).toBe(200)
    expect(await overview()).toMatchObject({ waiting: null })
  })

  it('is refused while the old server still has the port', async () => {
    const [port = 0] = await freePorts(1)
    const { path } = await createSydent('sqlite', folder)
    const text = await readFile(path, 'utf8')
    await writeFile(
      path,
      text.replace('bind_address = ::', 'bind_address = 127.0.0.1').replace('8090', String(port)),
    )
    const old: Server = createServer().listen(port, '127.0.0.1')
    try {
      const looked = await look({ kind: 'sydent', from: 'machine', path, listen: 'theirs' })
      expect(looked?.listen).toMatchObject({ port, state: 'taken' })
      expect(errorOf(await admin.post('/api/take-over/apply'))).toMatchObject({
        code: 'not-possible',
        params: { reason: 'port-taken' },
      })
      expect(await readStagedImport(appliance.dataDir)).toBeNull()
    } finally {
      await new Promise((resolve) => old.close(resolve))
    }
    expect((await admin.post('/api/take-over/apply')).status).toBe(200)
  })
})

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKeyFile } from '../../../src/migrate/backup/file/key.ts'
import { finishRestore } from '../../../src/migrate/backup/restore/restore-backup.ts'
import { systemRandom } from '../../../src/system.ts'
import type { AdminAnswer, AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { eventually } from '../../support/poll.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { jobEnded } from '../jobs/job-ended.ts'
import { bindPeople } from './people.ts'

let appliance: TestAppliance
let admin: AdminClient
beforeEach(async () => {
  const dataDir = await createTempDir('backups')
  await createKeyFile(join(dataDir, 'backup.key'), systemRandom)
  const config = { matrix: { domain: 'example.org' }, backup: { keyFile: 'backup.key' } }
  ;({ appliance, client: admin } = await startConsole({ dataDir, config }))
  await bindPeople(appliance.storage, 'anna', 'berta')
})
afterEach(() => appliance.stop())

interface Overview {
  readonly badge: string
  readonly latest: { readonly trial: unknown } | null
  readonly provenAt: number | null
  readonly files: readonly { readonly name: string; readonly isLatest: boolean; readonly isDaily: boolean }[]
  readonly folder: string
  readonly folderProblem: string | null
  readonly restoreWaits: boolean
}
const overview = async () => (await admin.get('/api/backups')).body as Overview

const ended = (answer: AdminAnswer) => jobEnded(admin, answer)

async function makeOne(): Promise<string> {
  const job = await ended(await admin.post('/api/backups'))
  return (job.result as { name: string }).name
}

const codeOf = ({ body }: AdminAnswer) => (body as { error: { code: string; params?: unknown } }).error

describe('backups in the console', () => {
  it('are none at first, then made, proven, listed and named as the latest', async () => {
    expect(await overview()).toMatchObject({ badge: 'none', latest: null, files: [], folderProblem: null })
    const job = await ended(await admin.post('/api/backups'))
    expect(job).toMatchObject({ kind: 'backup', state: 'done', result: { trial: { ok: true } } })
    const { badge, files, provenAt } = await overview()
    expect(badge).toBe('proven')
    expect(provenAt).toEqual(expect.any(Number))
    expect(files).toMatchObject([
      { name: expect.stringMatching(/\.signpost$/), isLatest: true, isDaily: false },
    ])
  })

  it('are downloaded as they are, with the headers of every answer', async () => {
    const name = await makeOne()
    const response = await fetch(`${admin.baseUrl}/api/backups/${name}/file`, {
      headers: { cookie: admin.cookie() },
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(bytes.equals(await readFile(join((await overview()).folder, name)))).toBe(true)
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${name}`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('tell what is in them, and refuse a wrong password', async () => {
    const name = await makeOne()
    expect((await admin.post(`/api/backups/${name}/look`, {})).body).toMatchObject({
      ...{ domain: 'example.org', storage: 'sqlite', isOurs: true },
    })
    const answer = await admin.post(`/api/backups/${name}/look`, { password: 'not a key file' })
    expect(codeOf(answer)).toMatchObject({ code: 'not-possible', params: { reason: 'backup-locked' } })
  })

  it('are tried again, also those of a time before the signing key changed', async () => {
    const name = await makeOne()
    await admin.post('/api/keys/rotate')
    const job = await ended(await admin.post(`/api/backups/${name}/try`, {}))
    expect(job).toMatchObject({ state: 'done', target: name, result: { ok: true } })
    expect((await overview()).badge).toBe('proven')
  })

  it('that are damaged fail their trial, and the badge says so', async () => {
    const name = await makeOne()
    const path = join((await overview()).folder, name)
    const bytes = await readFile(path)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 20) ^ 1, bytes.length - 20)
    await writeFile(path, bytes)
    const job = await ended(await admin.post(`/api/backups/${name}/try`, {}))
    expect(job).toMatchObject({
      state: 'done',
      result: { ok: false, steps: [{ name: 'unpack', ok: false }] },
    })
    expect((await overview()).badge).toBe('unproven')
  })

  it('are restored at the next start, which can be forgotten before', async () => {
    const name = await makeOne()
    await bindPeople(appliance.storage, 'clara')
    const job = await ended(await admin.post(`/api/backups/${name}/restore`, {}))
    expect(job).toMatchObject({ kind: 'restore', state: 'done', result: { domain: 'example.org' } })
    expect((await overview()).restoreWaits).toBe(true)
    expect((await admin.post('/api/backups/forget-restore')).status).toBe(200)
    expect((await overview()).restoreWaits).toBe(false)
    await appliance.stop()
    expect(await finishRestore(appliance.dataDir)).toBe(false)
  })

  it('take the place of everything at the next start', async () => {
    const name = await makeOne()
    await ended(await admin.post(`/api/backups/${name}/restore`, {}))
    await appliance.stop()
    expect(await finishRestore(appliance.dataDir)).toBe(true)
    expect(await readdir(join(appliance.dataDir, 'replaced'))).toHaveLength(1)
  })

  it('are removed by hand, but not the latest one', async () => {
    const first = await makeOne()
    // Names have a resolution of a second.
    await eventually(async () => Date.now() % 1_000 < 200, { what: 'another second' })
    const second = await makeOne()
    expect(codeOf(await admin.delete(`/api/backups/${second}`))).toMatchObject({ code: 'not-possible' })
    expect((await admin.delete(`/api/backups/${first}`)).status).toBe(200)
    expect((await overview()).files.map(({ name }) => name)).toEqual([second])
  })

  it.each(['../signpost.yaml', '..%2F..%2Fsigning-keys.json', 'nothing.signpost', '%2e%2e%2fx.signpost'])(
    'no path leads out of their folder: %s',
    async (name) => {
      await mkdir(join(appliance.dataDir, 'backups'), { recursive: true })
      await writeFile(join(appliance.dataDir, 'x.signpost'), 'outside')
      const response = await fetch(`${admin.baseUrl}/api/backups/${name}/file`, {
        headers: { cookie: admin.cookie() },
      })
      expect([400, 404]).toContain(response.status)
    },
  )

  it('a folder that cannot be read is told with its reason', async () => {
    await writeFile(join(appliance.dataDir, 'backups'), 'a file in its place')
    expect((await overview()).folderProblem).toEqual(expect.stringMatching(/backups/))
  })

  it('need a password or a key file', async () => {
    await appliance.configure({ matrix: { domain: 'example.org' } })
    expect(codeOf(await admin.post('/api/backups'))).toMatchObject({ params: { reason: 'no-backup-key' } })
  })

  it('what is exported for other programs holds the rows, and each export is in the list of changes', async () => {
    const csv = (await admin.post('/api/backups/export', { table: 'associations', format: 'csv' })).body
    expect(csv).toMatchObject({ fileName: expect.stringMatching(/^signpost-associations-.*\.csv$/) })
    const { text } = csv as { text: string }
    expect(text).toMatch(/^\uFEFFmedium,address,mxid/)
    expect(text).toContain('anna@example.org,@anna:example.org')
    const json = (await admin.post('/api/backups/export', { table: 'associations', format: 'json' })).body
    expect(JSON.parse((json as { text: string }).text)).toHaveLength(2)
    const { changes } = (await admin.get('/api/changes')).body as { changes: { operation: string }[] }
    expect(changes.filter(({ operation }) => operation === 'backups.export')).toHaveLength(2)
  })
})

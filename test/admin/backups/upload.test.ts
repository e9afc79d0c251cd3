import { readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AdminAnswer, AdminClient } from '../../support/admin-client.ts'
import type { TestAppliance } from '../../support/appliance.ts'
import { startConsole } from '../../support/console.ts'
import { eventually } from '../../support/poll.ts'
import { describeWith } from '../../support/skip.ts'
import { mountSmallDisk, smallDiskUnavailable, type SmallDisk } from '../../support/small-disk.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createKeyFile } from '../../../src/migrate/backup/file/key.ts'
import { systemRandom } from '../../../src/system.ts'
import { jobEnded } from '../jobs/job-ended.ts'

let appliance: TestAppliance
let admin: AdminClient
let backup: Buffer<ArrayBuffer>
let keyText: string
const config = { matrix: { domain: 'example.org' }, backup: { keyFile: 'backup.key' } }

beforeAll(async () => {
  const dataDir = await createTempDir('upload')
  await createKeyFile(join(dataDir, 'backup.key'), systemRandom)
  keyText = await readFile(join(dataDir, 'backup.key'), 'utf8')
  ;({ appliance, client: admin } = await startConsole({ dataDir, config }))
  const job = await jobEnded(admin, await admin.post('/api/backups'))
  backup = await readFile(join(folder(), (job.result as { name: string }).name))
})
afterAll(() => appliance.stop())

const folder = () => join(appliance.dataDir, 'backups')
const send = (name: string, bytes: Uint8Array<ArrayBuffer>) =>
  admin.request('PUT', `/api/backups/${encodeURIComponent(name)}/file`, { bytes })
const nameOf = ({ status, text, body }: AdminAnswer) => {
  expect(status, text).toBe(200)
  return (body as { name: string }).name
}
const errorOf = ({ body }: AdminAnswer) =>
  (body as { error: { code: string; params?: { reason?: string } } }).error
const partials = async () => (await readdir(folder())).filter((name) => name.endsWith('.partial'))

describe('a backup that is sent to the console', () => {
  let before: readonly string[]
  beforeEach(async () => {
    before = await readdir(folder())
  })

  it('lies in the folder of backups, for its owner alone, and can be opened with the text of its key file', async () => {
    const name = nameOf(await send('of the old server.signpost', backup))
    expect(name).toBe('of the old server.signpost')
    expect(await readFile(join(folder(), name))).toEqual(backup)
    const head = await admin.post(`/api/backups/${encodeURIComponent(name)}/look`, { keyFile: keyText })
    expect(head.body).toMatchObject({ domain: 'example.org', publicKeys: [{ id: 'ed25519:0' }] })
    const { changes } = (await admin.get('/api/changes')).body as { changes: { operation: string }[] }
    expect(changes[0]).toMatchObject({ operation: 'backups.upload', target: name })
  })

  it('takes nobody’s name, and is no daily backup that goes by itself', async () => {
    expect(nameOf(await send('twice.signpost', backup))).toBe('twice.signpost')
    expect(nameOf(await send('twice.signpost', backup))).toBe('twice (2).signpost')
    expect(nameOf(await send('signpost-daily-2026-03-01T03-00-00Z.signpost', backup))).toBe(
      'uploaded-signpost-daily-2026-03-01T03-00-00Z.signpost',
    )
  })

  it.each([
    '../outside.signpost',
    'a/b.signpost',
    '.hidden.signpost',
    'a\n.signpost',
    'a.txt',
    'a:b.signpost',
  ])('may not be called %j', async (name) => {
    expect(errorOf(await send(name, backup)).code).toMatch(/^(invalid|not-found|unknown-route)$/)
    expect(await readdir(folder())).toEqual(before)
  })

  it.each([
    ['a picture', Buffer.from('\u0089PNG and so on, and so on')],
    ['nothing', Buffer.alloc(0)],
    ['the first letters', Buffer.from('SIGN')],
  ])('is refused when it is %s, and leaves nothing behind', async (_what, bytes) => {
    expect(errorOf(await send('x.signpost', bytes))).toMatchObject({
      code: 'not-possible',
      params: { reason: 'backup-foreign' },
    })
    expect(await readdir(folder())).toEqual(before)
  })

  it('leaves nothing behind when it is broken off half-way', async () => {
    const { host } = new URL(admin.baseUrl)
    const [hostname, port] = host.split(':')
    const sending = request({
      ...{ method: 'PUT', hostname, port, path: '/api/backups/half.signpost/file' },
      headers: {
        ...{ cookie: admin.cookie(), 'x-signpost-console': '1', 'content-length': backup.length },
        'content-type': 'application/octet-stream',
      },
    })
    const closed = new Promise((resolve) => void sending.once('close', resolve))
    sending.on('error', () => undefined)
    sending.write(backup.subarray(0, Math.floor(backup.length / 2)))
    await eventually(async () => (await partials()).length === 1, { what: 'a part of the file' })
    sending.destroy()
    await closed
    await eventually(async () => (await readdir(folder())).length === before.length, {
      what: 'a clean folder',
    })
  })

  it('clears away what a process that is gone has left, but not what is being written', async () => {
    const [old, fresh] = ['.upload-00.partial', '.upload-11.partial'].map((name) => join(folder(), name))
    for (const path of [old ?? '', fresh ?? '']) await writeFile(path, 'SIGNPOST')
    await utimes(old ?? '', 1, 1)
    nameOf(await send('tidy.signpost', backup))
    expect(await partials()).toEqual(['.upload-11.partial'])
  })

  it('is taken as the bytes of a file and in no other form', async () => {
    const path = '/api/backups/x.signpost/file'
    expect(errorOf(await admin.put(path, { bytes: 1 })).code).toBe('invalid')
    expect(errorOf(await admin.request('PUT', path)).code).toBe('invalid')
    const elsewhere = await admin.request('POST', '/api/backups', { bytes: backup })
    expect(errorOf(elsewhere).code).toBe('invalid')
  })

  it('is looked at with a wrong key, a flipped bit or a missing end, and nothing is touched', async () => {
    const name = nameOf(await send('whole.signpost', backup))
    const look = (of: string, key: object) =>
      admin.post(`/api/backups/${encodeURIComponent(of)}/restore`, key)
    expect(errorOf(await look(name, { keyFile: 'c2hvcnQ=' }))).toMatchObject({
      code: 'invalid',
      problems: [{ path: 'keyFile' }],
    })
    expect(errorOf(await look(name, { password: 'another' }))).toMatchObject({
      params: { reason: 'backup-locked' },
    })
    const flipped = Buffer.from(backup)
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 40) ^ 4, flipped.length - 40)
    for (const [of, bytes] of [
      ['flipped.signpost', flipped],
      ['cut.signpost', backup.subarray(0, -100)],
    ] as const) {
      const answer = await look(nameOf(await send(of, bytes)), { keyFile: keyText })
      expect(errorOf(answer)).toMatchObject({ params: { reason: 'backup-damaged' } })
      expect((await admin.get('/api/backups')).body).toMatchObject({ restoreWaits: false })
    }
  })
})

describeWith('a disk of its own', smallDiskUnavailable(), 'a backup for which there is no room', () => {
  let disk: SmallDisk
  beforeAll(async () => {
    disk = await mountSmallDisk(8 * 1024 * 1024)
    await appliance.configure({ ...config, backup: { ...config.backup, folder: disk.path } })
  })
  afterAll(() => disk.unmount())

  it('is refused before it is written, with what is free', async () => {
    const answer = await send('x.signpost', backup)
    expect(errorOf(answer)).toMatchObject({ code: 'not-possible', params: { reason: 'upload-failed' } })
    expect(answer.text).toMatch(/8 MB are free/)
    expect(await readdir(disk.path)).toEqual([])
  })
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { doctorAreas } from '../../../src/admin/doctor/shapes.ts'
import { areas } from '../../../src/doctor/check.ts'
import { createSealer, loadSealingKey } from '../../../src/config/sealing.ts'
import type { ConfigInput } from '../../../src/config/schema.ts'
import { OperatorError } from '../../../src/config/operator-error.ts'
import type { RefusedRestart } from '../../../src/refused-restart.ts'
import { systemRandom } from '../../../src/system.ts'
import { signInAsAdmin, type AdminClient } from '../../support/admin-client.ts'
import { startHttpPeer } from '../../support/http-peer.ts'
import { startTestAppliance, type TestAppliance } from '../../support/appliance.ts'

let appliance: TestAppliance
let admin: AdminClient
beforeEach(async () => {
  appliance = await startTestAppliance()
  admin = await signInAsAdmin(appliance)
})
afterEach(() => appliance.stop())

/** As after a restart, on the same data. */
async function startAnew(config: ConfigInput, refused: RefusedRestart | null = null): Promise<void> {
  const { dataDir } = appliance
  await appliance.stop()
  const restart = { request: () => undefined, refused }
  appliance = await startTestAppliance({ dataDir, config, restart })
  admin = await signInAsAdmin(appliance)
}

const file = () => readFile(join(appliance.dataDir, 'signpost.yaml'), 'utf8').catch(() => null)
const keep = (settings: object, step = 'domain') =>
  admin.put('/api/wizard/draft', { step, choices: { mas: false }, settings })

const smtp = (password: unknown) => ({
  notifications: { email: { transport: 'smtp', smtp: { host: 'mail.example.org', user: 'u', password } } },
})

describe('the draft', () => {
  test('starts empty, is kept, and comes back as it was without its secrets', async () => {
    const nothing = { draft: null, current: {}, finished: false, applied: { state: 'no', refused: null } }
    expect((await admin.get('/api/wizard')).body).toEqual(nothing)
    expect((await keep({ matrix: { domain: 'example.org' }, ...smtp('canary') }, 'mail')).status).toBe(200)
    const { body, text } = await admin.get('/api/wizard')
    expect(body).toMatchObject({
      draft: {
        step: 'mail',
        choices: { mas: false },
        settings: {
          matrix: { domain: 'example.org' },
          notifications: { email: { smtp: { user: 'u', password: { set: true } } } },
        },
      },
    })
    expect(text).not.toContain('canary')
  })

  test('a secret that comes back untouched stays what it was', async () => {
    await keep(smtp('first password'))
    await keep({ ...smtp({ set: true }), matrix: { domain: 'example.org' } })
    await admin.post('/api/wizard/apply')
    const sealed = /sealed: (\S+)/.exec((await file()) ?? '')?.[1]
    const sealer = createSealer(await loadSealingKey(appliance.dataDir, systemRandom), systemRandom)
    expect(sealer.unseal(sealed ?? '')).toBe('first password')
  })

  test('can be thrown away', async () => {
    await keep({ matrix: { domain: 'example.org' } })
    await admin.delete('/api/wizard/draft')
    expect((await admin.get('/api/wizard')).body).toMatchObject({ draft: null })
    expect(await admin.get('/api/wizard/preview')).toMatchObject({ status: 404 })
  })
})

describe('applying', () => {
  test('the preview names every changed key and changes nothing', async () => {
    await keep({ matrix: { domain: 'example.org' }, ...smtp('canary') })
    const { body, text } = await admin.get('/api/wizard/preview')
    expect(body).toMatchObject({ problems: [] })
    expect((body as { changes: object[] }).changes).toEqual([
      { path: 'matrix.domain', before: null, after: 'example.org' },
      { path: 'notifications.email.transport', before: null, after: 'smtp' },
      { path: 'notifications.email.smtp.host', before: null, after: 'mail.example.org' },
      { path: 'notifications.email.smtp.user', before: null, after: 'u' },
      { path: 'notifications.email.smtp.password', before: null, after: { set: true } },
    ])
    expect((body as { diff: string }).diff).toContain('+  domain: example.org')
    expect(text).not.toContain('canary')
    expect(await file()).toBeNull()
  })

  test('writes the settings with sealed secrets, and the next start ends the wizard', async () => {
    await keep({ matrix: { domain: 'example.org' }, ...smtp('canary') })
    expect(await admin.post('/api/wizard/apply')).toMatchObject({ status: 200, body: { restarting: false } })
    const text = (await file()) ?? ''
    expect(text).toContain('domain: example.org')
    expect(text).not.toContain('canary')
    expect((await admin.get('/api/wizard')).body).toMatchObject({
      finished: false,
      applied: { state: 'waiting' },
    })
    await startAnew({ matrix: { domain: 'example.org' } })
    expect((await admin.get('/api/wizard')).body).toMatchObject({
      draft: null,
      finished: true,
      applied: { state: 'no' },
    })
  })

  test('a start that went back to the former configuration keeps the draft and says why', async () => {
    await keep({ matrix: { domain: 'example.org' } }, 'finish')
    await admin.post('/api/wizard/apply')
    const error = new OperatorError('port-in-use', {
      tried: 'listen on port 8090',
      likelyCause: 'nginx has it.',
      fix: 'Choose another one.',
    })
    await startAnew({}, { error, at: 0, keptAs: 'refused.yaml' })
    const { body } = await admin.get('/api/wizard')
    expect(body).toMatchObject({
      draft: { step: 'finish', settings: { matrix: { domain: 'example.org' } } },
      finished: false,
      applied: { state: 'refused', refused: { code: 'port-in-use', likelyCause: 'nginx has it.' } },
    })
    // The next try counts anew.
    await admin.post('/api/wizard/apply')
    expect((await admin.get('/api/wizard')).body).toMatchObject({ applied: { state: 'waiting' } })
  })

  test('a draft that cannot be used changes nothing, and each problem names its key and its fix', async () => {
    await keep({ matrix: { domain: 'no domain' }, lookup: { nonsense: 1 } })
    const { status, body } = await admin.post('/api/wizard/apply')
    expect(status).toBe(422)
    const { error } = body as { error: { code: string; problems: { path: string; fix: string }[] } }
    expect(error.code).toBe('config-invalid')
    expect(error.problems.map(({ path }) => path).sort()).toEqual(['lookup.nonsense', 'matrix.domain'])
    expect(error.problems.every(({ fix }) => fix !== '')).toBe(true)
    expect(await file()).toBeNull()
    expect((await admin.get('/api/wizard')).body).toMatchObject({
      draft: { step: 'domain' },
      finished: false,
    })
  })
})

describe('looking at things before they are applied', () => {
  test('the checks see the draft, not what is in force', async () => {
    await keep({
      notifications: { email: { transport: 'smtp', smtp: { host: '127.0.0.1', port: 9 } } },
    })
    const { body } = await admin.post('/api/wizard/check', { areas: ['notifications'] })
    const codes = (body as { findings: { code: string }[] }).findings.map(({ code }) => code)
    expect(codes).toContain('mail-unreachable')
  })

  test('something that is no domain is refused with an example', async () => {
    const { status, body } = await admin.post('/api/wizard/discover', { domain: 'not a domain' })
    expect(status).toBe(400)
    expect(body).toMatchObject({ error: { problems: [{ path: 'domain' }] } })
  })

  test('the areas that can be asked for are those of the doctor', () => {
    expect([...doctorAreas]).toEqual(Object.keys(areas))
  })
})

describe('a table of people', () => {
  const put = (text: string, name = 'people.csv') =>
    admin.put('/api/wizard/list', { name, base64: Buffer.from(text).toString('base64') })
  const table = 'name,user,email\nAnna Ahlers,anna,anna@example.org\nBob,bob,no address\n'

  test('is shown as it would be read, with the Matrix IDs of the domain in the draft', async () => {
    await keep({ matrix: { domain: 'example.org' } })
    expect(await put(table)).toMatchObject({
      status: 200,
      body: {
        list: {
          people: 1,
          addresses: 1,
          sample: [
            { mxid: '@anna:example.org', displayName: 'Anna Ahlers', addresses: ['email anna@example.org'] },
          ],
          problemCount: 1,
          problems: [{ line: 3, value: 'no address' }],
        },
      },
    })
    expect((await admin.get('/api/wizard/list')).body).toMatchObject({ list: { name: 'people.csv' } })
  })

  test('finds nobody before it is applied, and its people after the next start', async () => {
    await keep({ matrix: { domain: 'example.org' } })
    await put(table)
    const why = () => admin.post('/api/activity/why', { asking: '', wanted: 'anna@example.org' })
    expect((await why()).body).toMatchObject({ verdict: { state: 'not-found' } })
    await admin.post('/api/wizard/apply')
    await startAnew({ matrix: { domain: 'example.org' } })
    await admin.get('/api/wizard')
    expect((await why()).body).toMatchObject({ verdict: { params: { mxid: '@anna:example.org' } } })
    expect((await admin.get('/api/wizard/list')).body).toEqual({ list: null })
  })

  test('can be forgotten, and a workbook is refused with what to do', async () => {
    await put(table)
    await admin.delete('/api/wizard/list')
    expect((await admin.get('/api/wizard/list')).body).toEqual({ list: null })
    const { status, body } = await put('PK\u0003\u0004 and so on')
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain('CSV (UTF-8)')
  })
})

describe('a port', () => {
  test('is free, our own, or has an owner', async () => {
    const ask = (port: number) => admin.post('/api/wizard/port', { host: '127.0.0.1', port })
    const peer = await startHttpPeer()
    expect((await ask(peer.port)).body).toMatchObject({ state: 'taken', owner: 'Signpost itself' })
    await peer.close()
    expect((await ask(peer.port)).body).toEqual({ state: 'free', owner: null, command: null })
  })

  test('of an address that this machine does not have is told apart', async () => {
    const { body } = await admin.post('/api/wizard/port', { host: '192.0.2.1', port: 8090 })
    expect(body).toMatchObject({ state: 'no-such-address' })
  })
})

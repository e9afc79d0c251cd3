import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadConfig } from '../../../src/config/load.ts'
import { createSealer, keptInKeychain } from '../../../src/config/sealing.ts'
import {
  readImportOutcome,
  readStagedImport,
  sentFiles,
  writeStagedImport,
  type StagedImport,
} from '../../../src/migrate/take-over/staged-import.ts'
import { takeOverAtStart } from '../../../src/take-over-at-start.ts'
import { freePorts } from '../../support/free-port.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { stateOf, type InstallationState } from '../import/support/installation-state.ts'
import { openImportStorage } from '../import/support/storage.ts'
import { createSydent } from '../import/support/sydent-fixture.ts'

const child = join(import.meta.dirname, 'children/start-and-die.ts')
const POINTS = 12
const runtime = { ...createTestRuntime(), clock: { now: () => Date.now() } }
const start = (dataDir: string) => takeOverAtStart({ dataDir, runtime, env: {} })

const request: StagedImport = {
  ...{ version: 1, id: 'order-1', requestedAt: 1, attempts: 0 },
  source: { kind: 'sydent', path: '' },
  choices: {},
}

/** A Signpost for which an import from a Sydent is ordered, with a file that was sent for it. */
async function order(folder: string, changes: Partial<StagedImport> = {}): Promise<string> {
  const { path } = await createSydent('sqlite', folder)
  const dataDir = join(folder, 'data')
  await mkdir(dataDir)
  const [publicPort, adminPort] = await freePorts(2)
  const ports = { server: { listen: { port: publicPort } }, admin: { listen: { port: adminPort } } }
  await writeFile(join(dataDir, 'signpost.yaml'), JSON.stringify(ports), { mode: 0o600 })
  await (await openImportStorage(dataDir)).close()
  await mkdir(sentFiles(dataDir), { recursive: true })
  await writeFile(join(sentFiles(dataDir), 'config'), 'a key')
  await writeStagedImport(dataDir, { ...request, source: { ...request.source, path }, ...changes })
  return dataDir
}

describe('an import that is ordered for the next start', () => {
  it('is done, told, and leaves no key of the other server behind', async () => {
    const dataDir = await order(await createTempDir('staged'))
    await start(dataDir)
    const outcome = await readImportOutcome(dataDir)
    expect(outcome).toMatchObject({ id: 'order-1', error: null, report: { kind: 'sydent' } })
    expect(outcome?.report?.keys).toMatchObject([{ id: 'ed25519:0', outcome: 'signs' }])
    expect(
      outcome?.report?.sections.find(({ section }) => section === 'associations')?.added,
    ).toBeGreaterThan(5)
    expect(await readStagedImport(dataDir)).toBeNull()
    expect(await readdir(join(dataDir, '.take-over'))).toEqual(['outcome.json'])
    expect((await stat(join(dataDir, '.take-over/outcome.json'))).mode & 0o077).toBe(0)
    expect((await stateOf(dataDir)).settings).toContain('id.example.org')
  })

  it('keeps the own port while the other server goes on, and has the other one at the switch', async () => {
    const dataDir = await order(await createTempDir('staged'), { choices: { listen: 'ours' } })
    const own = JSON.parse((await stateOf(dataDir)).settings) as { server: { listen: { port: number } } }
    await start(dataDir)
    expect((await stateOf(dataDir)).settings).toContain(String(own.server.listen.port))
    const { path } = request.source
    const first = await readImportOutcome(dataDir)
    expect(first?.report?.settings.find(({ to }) => to === 'server.listen.port')?.fate).toBe('kept')
    const source = { ...request.source, path: first?.report?.configPath ?? path }
    await writeStagedImport(dataDir, { ...request, id: 'order-2', source, choices: { listen: 'theirs' } })
    await start(dataDir)
    expect(await readImportOutcome(dataDir)).toMatchObject({ id: 'order-2', error: null })
    expect((await stateOf(dataDir)).settings).toContain('8090')
  })

  it('that fails is told with its reason, keeps what was sent, and does not hold the start up', async () => {
    const dataDir = await order(await createTempDir('staged'), {
      source: { kind: 'sydent', path: '/nowhere/sydent.conf' },
    })
    await start(dataDir)
    expect(await readImportOutcome(dataDir)).toMatchObject({
      report: null,
      error: { code: 'input-unreadable', message: expect.stringContaining('/nowhere/sydent.conf') },
    })
    expect(await readStagedImport(dataDir)).toBeNull()
    expect(await readdir(sentFiles(dataDir))).toEqual(['config'])
  })

  it('that ended the process each time is given up', async () => {
    const dataDir = await order(await createTempDir('staged'), { attempts: 3 })
    await start(dataDir)
    expect(await readImportOutcome(dataDir)).toMatchObject({ error: { code: 'import-broken-off' } })
  })
})

describe('an ordered import that is killed', () => {
  let before: string
  let formerState: InstallationState
  let newState: InstallationState
  let changes: number

  beforeAll(async () => {
    before = await order(await createTempDir('staged'))
    formerState = await stateOf(before)
    const whole = await copy('whole')
    changes = Number(begin(whole, Number.MAX_SAFE_INTEGER).stdout.trim())
    newState = await stateOf(whole)
  }, 120_000)

  async function copy(name: string): Promise<string> {
    const target = `${before}-${name}`
    await cp(before, target, { recursive: true })
    return target
  }

  const begin = (dataDir: string, at: number) =>
    spawnSync(process.execPath, [child, dataDir, String(at)], { encoding: 'utf8' })

  it('has changed enough to be killed in the middle of it', () => {
    expect(changes).toBeGreaterThan(2 * POINTS)
    expect(newState).not.toEqual(formerState)
  })

  it.each(Array.from({ length: POINTS }, (_, point) => point))(
    'at point %i leaves each part as it was or as it will be, and the next start does the rest',
    async (point) => {
      const dataDir = await copy(`point-${point}`)
      // Half of the points are at the end, where the outcome is written and the order goes.
      const at =
        point % 2 === 0 ? Math.ceil(((point + 1) / (POINTS + 1)) * changes) : changes - Math.floor(point / 2)
      expect(begin(dataDir, at).signal).toBe('SIGKILL')
      const state = await stateOf(dataDir)
      for (const part of ['rows', 'keys', 'settings'] as const) {
        expect([formerState[part], newState[part]]).toContainEqual(state[part])
      }
      await start(dataDir)
      expect(await stateOf(dataDir)).toEqual(newState)
      expect(await readStagedImport(dataDir)).toBeNull()
      const outcome = await readImportOutcome(dataDir)
      expect(outcome).toMatchObject({ id: 'order-1', error: null })
      const left = (await readdir(join(dataDir, '.take-over'))).filter((name) => !name.endsWith('.new'))
      expect(left).toEqual(['outcome.json'])
      await rm(dataDir, { recursive: true })
    },
    60_000,
  )
})

it('seals secrets with the key that the desktop app keeps in the keychain', async () => {
  const dataDir = await order(await createTempDir('staged'))
  await writeFile(join(dataDir, 'sealing.key'), keptInKeychain, { mode: 0o600 })
  const sealingKey = randomBytes(32)
  await takeOverAtStart({ dataDir, runtime, env: {}, sealingKey })
  expect(await readImportOutcome(dataDir)).toMatchObject({ error: null })
  const { values } = await loadConfig(dataDir)
  const { sealed } = z
    .object({
      notifications: z.object({
        email: z.object({ smtp: z.object({ password: z.object({ sealed: z.string() }) }) }),
      }),
    })
    .parse(values).notifications.email.smtp.password
  expect(createSealer(sealingKey, runtime.random).unseal(sealed)).toBe('50% of it')
})

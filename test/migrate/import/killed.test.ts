import { execFile } from 'node:child_process'
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTempDir } from '../../support/temp-dir.ts'
import { createMa1sd } from './support/ma1sd-fixture.ts'
import { createTarget } from './support/import-world.ts'
import { stateOf, type InstallationState } from './support/installation-state.ts'
import type { SourceFixture } from './support/source-fixture.ts'
import { createSydent } from './support/sydent-fixture.ts'

const run = promisify(execFile)
const child = join(import.meta.dirname, 'children/import-child.ts')
/** Of each server; every one of them is a process that is killed for real. */
const POINTS = 9

interface Installation {
  readonly kind: 'sydent' | 'ma1sd'
  readonly path: string
  readonly source: SourceFixture
}

const installations: readonly (readonly [string, (folder: string) => Promise<Installation>])[] = [
  ['sydent', async (folder) => ({ kind: 'sydent', ...(await createSydent('sqlite', folder)) })],
  ['ma1sd', async (folder) => ({ kind: 'ma1sd', ...(await createMa1sd('sqlite', folder)) })],
]

describe.each(installations)('an import from %s that is killed', (_, create) => {
  let installation: Installation
  let before: string
  let formerState: InstallationState
  let newState: InstallationState
  let steps: number

  beforeAll(async () => {
    const folder = await createTempDir('killed')
    installation = await create(folder)
    before = join(folder, 'before')
    // A Signpost that was in use already: with a key, an association and settings of its own.
    const target = await createTarget(before)
    await target.storage.db
      .insertInto('associations')
      .values({
        medium: 'email',
        address: 'own@example.org',
        mxid: '@own:example.org',
        bound_at: 1,
        not_before: 1,
        not_after: 9e15,
      })
      .execute()
    await target.storage.close()
    formerState = await stateOf(before)
    const whole = await copy('whole')
    steps = Number((await importInto(whole, 0)).trim())
    newState = await stateOf(whole)
  }, 60_000)

  afterAll(async () => await installation.source.dispose())

  async function copy(name: string): Promise<string> {
    const target = `${before}-${name}`
    await cp(before, target, { recursive: true })
    return target
  }

  async function importInto(dataDir: string, killAt: number): Promise<string> {
    const { kind, path, source } = installation
    const { stdout } = await run(process.execPath, [
      child,
      dataDir,
      kind,
      path,
      source.location,
      String(killAt),
    ])
    return stdout
  }

  it('has done enough to be killed in the middle of it', () => {
    expect(steps).toBeGreaterThan(3 * POINTS)
    expect(newState.rows).not.toEqual(formerState.rows)
    expect(newState.keys).not.toEqual(formerState.keys)
    expect(newState.settings).not.toEqual(formerState.settings)
  })

  it.each(Array.from({ length: POINTS }, (_, i) => i))(
    'at point %i leaves each part as it was or as it will be, and a second run does the rest',
    async (point) => {
      const dataDir = await copy(`point-${point}`)
      // The last points are close together: the files of keys and settings change at the beginning and at the end.
      const share = (point + 1) / (POINTS + 1)
      const killAt = point % 3 === 2 ? steps - Math.floor(point / 3) : Math.ceil(steps * share)
      await expect(importInto(dataDir, killAt)).rejects.toMatchObject({ signal: 'SIGKILL' })
      const left = await stateOf(dataDir)
      for (const part of ['rows', 'keys', 'settings'] as const) {
        expect([formerState[part], newState[part]]).toContainEqual(left[part])
      }
      // Settings lead clients here, so rows and keys come first.
      if (left.settings === newState.settings) expect(left.rows).toEqual(newState.rows)
      if (left.rows === newState.rows) expect(left.keys).toEqual(newState.keys)
      await importInto(dataDir, 0)
      expect(await stateOf(dataDir)).toEqual(newState)
      expect((await readdir(dataDir)).filter((name) => name.startsWith('import-'))).toEqual([])
      await rm(dataDir, { recursive: true })
    },
    60_000,
  )
})

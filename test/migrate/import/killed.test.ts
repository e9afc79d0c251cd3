import { execFile } from 'node:child_process'
import { cp, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import BetterSqlite from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTempDir } from '../../support/temp-dir.ts'
import { createMa1sd } from './support/ma1sd-fixture.ts'
import { createTarget } from './support/import-world.ts'
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
  let formerState: State
  let newState: State
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

interface State {
  readonly rows: string
  readonly keys: string
  readonly settings: string
}

/** Without what every run draws anew: random keys and references, times of the run, sealed texts. */
async function stateOf(dataDir: string): Promise<State> {
  const db = new BetterSqlite(join(dataDir, 'signpost.db'), { readonly: true })
  const all = (query: string) => JSON.stringify(db.prepare(query).all())
  const rows = [
    all('select * from associations order by medium, address'),
    all(
      'select token, address, room_id, sender, state, server_public_key, properties from invitations order by token',
    ),
    all('select invitation_id, state from invitation_history order by invitation_id, state'),
    all('select * from carried_keys order by public_key'),
    all('select user_id from accounts order by user_id'),
    all('select token_hash, user_id from tokens order by token_hash'),
    all('select user_id, url from accepted_terms order by user_id, url'),
    all('select sid, address from sessions order by sid'),
    all('select medium, address from mapping_changes order by medium, address'),
  ].join('\n')
  db.close()
  const keys = await read(join(dataDir, 'signing-keys.json'))
  const file = keys === '' ? [] : (JSON.parse(keys) as { keys: { id: string; seed: string }[] }).keys
  return {
    rows,
    keys: JSON.stringify(file.map(({ id, seed }) => ({ id, seed }))),
    settings: (await read(join(dataDir, 'signpost.yaml'))).replaceAll(/v1:[A-Za-z0-9+/=]+/g, 'sealed'),
  }
}

async function read(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '')
}

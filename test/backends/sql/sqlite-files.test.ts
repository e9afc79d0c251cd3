import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, readdir, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CheckStep } from '../../../src/backends/check.ts'
import { describeWith } from '../../support/skip.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { openDatabase, patience } from './support/open-database.ts'

const run = promisify(execFile)
const fileAt = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** `nobody`: owns no database, and is in no group of one. */
const stranger = { uid: 65_534, gid: 65_534 }
const readOnlyFolder = 0o755
const openFolder = 0o777

interface Scene {
  readonly path: string
  readonly folder: string
  /** Ends the program that the database belongs to. */
  close(): void
}

/** A database that its program has open, with one person in it; everybody may read it. */
async function start(mode: 'WAL' | 'DELETE', folderMode = readOnlyFolder): Promise<Scene> {
  const folder = join(await createTempDir('files'), 'people')
  await mkdir(folder)
  await chmod(dirname(folder), 0o755)
  const path = join(folder, 'people.db')
  const database = new Database(path)
  onTestFinished(() => void database.close())
  database.pragma(`journal_mode = ${mode}`)
  database.exec("create table people (name text); insert into people values ('anna')")
  for (const name of await readdir(folder)) await chmod(join(folder, name), 0o644)
  await chmod(folder, folderMode)
  return { path, folder, close: () => void database.close() }
}

interface Reading {
  readonly steps: readonly CheckStep[]
  readonly answer: unknown
}

async function readAsStranger(path: string): Promise<Reading> {
  const args = [fileAt('support/read-people.ts'), path]
  const { stdout } = await run(process.execPath, args, { ...stranger, cwd: '/' })
  return JSON.parse(stdout) as Reading
}

const onlyRoot = process.geteuid?.() === 0 ? null : 'only root can run a program as another user'

describeWith('root', onlyRoot, "another program's SQLite file", () => {
  it('is read with its write-ahead log while that program runs', async () => {
    const { path } = await start('WAL')
    const { steps, answer } = await readAsStranger(path)
    expect(answer).toEqual([{ name: 'anna' }])
    expect(steps[0]).toMatchObject({
      ...{ step: 'file', outcome: 'ok' },
      detail: `${path} can be read, with the files of its write-ahead log.`,
    })
  })

  it('gets no write-ahead log made by a user who is not its own', async () => {
    const { path, folder, close } = await start('WAL', openFolder)
    close()
    const { steps, answer } = await readAsStranger(path)
    expect(await readdir(folder)).toEqual(['people.db'])
    const detail = `${path}-wal is not there. Signpost does not make it: it would keep the program that owns ${path} out.`
    expect(answer).toEqual({ code: 'connect', message: detail })
    expect(steps).toMatchObject([
      {
        ...{ step: 'file', outcome: 'failed', detail },
        fix: expect.stringContaining(`Take the right to write into ${folder} away`) as unknown,
      },
    ])
  })

  it('gets none when its program ends between the first look and the opening', async () => {
    const { path, folder, close } = await start('WAL', openFolder)
    close()
    // The first look is not taken: the process is told to open the file.
    const file = fileAt('../../../src/backends/sql/drivers/sqlite-process.ts')
    const child = fork(file, [], { ...stranger, execArgv: [], serialization: 'advanced', cwd: '/' })
    onTestFinished(() => void child.kill('SIGKILL'))
    child.send({ type: 'open', path })
    const [reply] = (await once(child, 'message')) as [unknown]
    expect(reply).toMatchObject({ type: 'refused', code: 'connect' })
    expect(await readdir(folder)).toEqual(['people.db'])
  })

  it('is read with a warning where we could make that log', async () => {
    const { path, folder } = await start('WAL', openFolder)
    const { steps, answer } = await readAsStranger(path)
    expect(answer).toEqual([{ name: 'anna' }])
    expect(steps[0]).toMatchObject({
      ...{ step: 'file', outcome: 'warning' },
      fix: `Take the right to write into ${folder} away from the user of Signpost, or run both as one user.`,
    })
  })

  it('is kept from its program by a log that our user once made', async () => {
    const { path } = await start('WAL')
    for (const file of [`${path}-wal`, `${path}-shm`]) await chown(file, stranger.uid, stranger.gid)
    expect((await readAsStranger(path)).steps).toMatchObject([
      {
        ...{ step: 'file', outcome: 'failed' },
        detail: `${path}-wal belongs to the user of Signpost, so that its own program cannot open ${path}.`,
        fix: expect.stringContaining(`Then give ${path}-wal and ${path}-shm to the owner`) as unknown,
      },
    ])
  })

  it('cannot be read when a file of its log may not be', async () => {
    const { path } = await start('WAL')
    await chmod(`${path}-shm`, 0o600)
    const detail = `${path}-shm may not be read: SQLite needs it to read ${path}.`
    const { steps, answer } = await readAsStranger(path)
    expect(steps).toMatchObject([{ step: 'file', outcome: 'failed', detail }])
    expect(answer).toEqual({ code: 'forbidden', message: detail })
  })

  it('cannot be read when its log is gone and may not be made', async () => {
    const { path, folder, close } = await start('WAL')
    close()
    expect((await readAsStranger(path)).steps).toMatchObject([
      {
        ...{ step: 'file', outcome: 'failed' },
        detail: `${path}-wal is not there, and may not be made in ${folder}: SQLite needs it to read ${path}.`,
        fix: expect.stringContaining('Start the program') as unknown,
      },
    ])
  })

  it('needs nothing beside it in another mode, whoever may write into its folder', async () => {
    const { path, folder, close } = await start('DELETE', openFolder)
    close()
    const { steps, answer } = await readAsStranger(path)
    expect(answer).toEqual([{ name: 'anna' }])
    expect(steps[0]).toMatchObject({ step: 'file', outcome: 'ok', detail: `${path} can be read.` })
    expect(await readdir(folder)).toEqual(['people.db'])
  })

  it('must be there and readable', async () => {
    const { path, folder } = await start('DELETE')
    const missing = join(folder, 'missing.db')
    expect((await readAsStranger(missing)).answer).toEqual({
      code: 'connect',
      message: `${missing} does not exist.`,
    })
    await chmod(path, 0o600)
    expect((await readAsStranger(path)).answer).toEqual({
      code: 'connect',
      message: `The user that runs Signpost may not access ${path}.`,
    })
  })
})

describe('the write-ahead log of an SQLite file', () => {
  it('stands beside the file itself, not beside a link to it', async () => {
    const { path } = await start('WAL')
    const link = join(await createTempDir('link'), 'people.db')
    await symlink(path, link)
    const database = await openDatabase({ type: 'sqlite', path: link })
    onTestFinished(() => database.close())
    expect(await database.query('select name from people', {}, patience())).toEqual([{ name: 'anna' }])
    expect((await database.check())[0]).toMatchObject({ step: 'file', outcome: 'ok' })
  })

  it('belongs to the owner of the file when we make it, as owner or as root', async () => {
    const { path, close } = await start('WAL')
    close()
    if (onlyRoot === null) await chown(path, stranger.uid, stranger.gid)
    const database = await openDatabase({ type: 'sqlite', path })
    onTestFinished(() => database.close())
    expect(await database.query('select name from people', {}, patience())).toEqual([{ name: 'anna' }])
    const { uid } = await stat(path)
    for (const file of [`${path}-wal`, `${path}-shm`]) expect((await stat(file)).uid).toBe(uid)
  })
})

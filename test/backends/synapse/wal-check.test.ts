import { execFile } from 'node:child_process'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { createTempDir } from '../../support/temp-dir.ts'

const run = promisify(execFile)
const module = resolve(import.meta.dirname, '../../../src/backends/synapse/wal-check.ts')
const script = `
  const { checkDatabaseFile } = await import(process.argv[1])
  const answer = await checkDatabaseFile(process.argv[2]).catch(({ code, message, fix }) => ({ code, message, fix }))
  process.stdout.write(JSON.stringify(answer))`

/** The check as an ordinary user makes it: root may read everything, and access(2) asks for the real user. */
async function check(path: string): Promise<unknown> {
  const ordinary = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const args = ['--input-type=module', '--eval', script, module, path]
  const { stdout } = await run(process.execPath, args, { ...ordinary, cwd: '/' })
  return JSON.parse(stdout) as unknown
}

/** A database that its program has open, and one that it left. */
async function makeFile(mode: 'WAL' | 'DELETE'): Promise<{ path: string; folder: string; close(): void }> {
  const folder = join(await createTempDir('wal'), 'synapse')
  await mkdir(folder)
  await chmod(dirname(folder), 0o755)
  const path = join(folder, 'homeserver.db')
  const database = new Database(path)
  database.pragma(`journal_mode = ${mode}`)
  database.exec('create table users (name text)')
  await chmod(folder, 0o555)
  return { path, folder, close: () => void database.close() }
}

describe('The file of a Synapse', () => {
  test('can be read with the files of its write-ahead log beside it', async () => {
    const { path, close } = await makeFile('WAL')
    for (const file of [path, `${path}-wal`, `${path}-shm`]) await chmod(file, 0o644)
    expect(await check(path)).toEqual({
      detail: `${path} can be read, with the files of its write-ahead log.`,
    })
    close()
  })

  test('cannot be read when a file of its write-ahead log may not be', async () => {
    const { path, close } = await makeFile('WAL')
    await chmod(`${path}-shm`, 0o600)
    expect(await check(path)).toMatchObject({
      code: 'forbidden',
      message: `${path}-shm may not be read: SQLite needs it to read ${path}.`,
    })
    close()
  })

  test('cannot be read when that log is gone and may not be made', async () => {
    const { path, folder, close } = await makeFile('WAL')
    close()
    await rm(`${path}-wal`, { force: true })
    await rm(`${path}-shm`, { force: true })
    expect(await check(path)).toMatchObject({
      code: 'forbidden',
      message: `${path}-wal is not there, and may not be made in ${folder}: SQLite needs it to read ${path}.`,
      fix: expect.stringContaining('Start Synapse') as unknown,
    })

    await chmod(folder, 0o777)
    expect(await check(path)).toMatchObject({ detail: expect.stringContaining('can be read') as unknown })
  })

  test('needs nothing beside it without such a log', async () => {
    const { path, close } = await makeFile('DELETE')
    close()
    expect(await check(path)).toEqual({ detail: `${path} can be read.` })
  })

  test('must be there and readable', async () => {
    const { path, folder, close } = await makeFile('DELETE')
    close()
    expect(await check(join(folder, 'missing.db'))).toMatchObject({
      code: 'configuration',
      fix: expect.any(String) as unknown,
    })
    await chmod(path, 0o600)
    expect(await check(path)).toMatchObject({
      code: 'configuration',
    })
  })
})

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mariadbUnavailable, startMariadb, type MariadbServer } from '../../support/mariadb.ts'
import { describeWith } from '../../support/skip.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { openDatabase, patience } from './support/open-database.ts'
import { peopleDatabases, type PeopleDatabase } from './support/people-databases.ts'

const one = 'select 1 as n'

describeWith('mariadb', mariadbUnavailable(), 'a MariaDB that dies', () => {
  let server: MariadbServer
  beforeAll(async () => {
    server = await startMariadb()
    await server.execute([
      'create database people',
      'use people',
      'create table numbers (i int)',
      'insert into numbers select seq from seq_1_to_1000',
    ])
  })
  afterAll(() => server?.stop())
  const connection = () => ({
    ...{ type: 'mariadb', host: '127.0.0.1', port: server.port, database: 'people', ...server.reader },
    type: 'mariadb' as const,
  })

  it('is used again as soon as it is back', async () => {
    const database = await openDatabase(connection())
    expect(await database.query(one, {}, patience())).toEqual([{ n: 1 }])
    await server.kill()
    await expect(database.query(one, {}, patience())).rejects.toMatchObject({ code: 'connect' })
    await server.restart()
    expect(await database.query(one, {}, patience())).toEqual([{ n: 1 }])
    await database.close()
  })

  it('was restarted between two questions, and nobody notices', async () => {
    const database = await openDatabase(connection())
    expect(await database.query(one, {}, patience())).toEqual([{ n: 1 }])
    await server.kill()
    await server.restart()
    expect(await database.query(one, {}, patience())).toEqual([{ n: 1 }])
    await database.close()
  })

  it('does not make a listing end as if it were complete', async () => {
    const database = await openDatabase(connection())
    const pages = database.pages('select a.i from numbers a, numbers b, numbers c', {}, patience(), 10)
    expect((await pages.next()).value).toHaveLength(10)
    await server.kill()
    const rest = async () => {
      for await (const page of pages) void page
    }
    await expect(rest()).rejects.toMatchObject({ code: 'connect' })
    await server.restart()
    const again = database.pages('select i from numbers', {}, patience())
    expect((await again.next()).value).toHaveLength(500)
    await again.return?.()
    await database.close()
  })
})

describeWith(
  'postgres',
  peopleDatabases.find(({ kind }) => kind === 'postgres')?.unavailable ?? null,
  'a PostgreSQL that ends its connections',
  () => {
    let people: PeopleDatabase
    beforeAll(async () => {
      const started = await peopleDatabases.find(({ kind }) => kind === 'postgres')?.start()
      if (started === undefined) throw new Error('there is no PostgreSQL')
      people = started
    })
    afterAll(() => people?.stop())
    const endAll = () =>
      people.execute(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'signpost'`,
      )

    it('is asked through new ones, and nobody notices', async () => {
      const database = await openDatabase(people.connection)
      const questions = () => Promise.all([1, 2, 3, 4].map(() => database.query(one, {}, patience())))
      await questions()
      await endAll()
      expect(await questions()).toEqual([1, 2, 3, 4].map(() => [{ n: 1 }]))
      await database.close()
    })

    it('does not make a listing end as if it were complete', async () => {
      const database = await openDatabase(people.connection)
      const pages = database.pages('select i from generate_series(1, 1000) i', {}, patience(), 10)
      expect((await pages.next()).value).toHaveLength(10)
      await endAll()
      const rest = async () => {
        for await (const page of pages) void page
      }
      await expect(rest()).rejects.toMatchObject({ code: 'connect' })
      expect(await database.query(one, {}, patience())).toEqual([{ n: 1 }])
      await database.close()
    })
  },
)

describe('an SQLite file', () => {
  it('is opened as soon as it is there', async () => {
    const folder = await createTempDir('people')
    const path = join(folder, 'people.db')
    const database = await openDatabase({ type: 'sqlite', path })
    await expect(database.query(one, {}, patience())).rejects.toMatchObject({
      code: 'connect',
      message: expect.stringContaining(path),
    })
    new Database(join(folder, 'other.db')).exec('create table t (i)').close()
    await rename(join(folder, 'other.db'), path)
    expect(await database.query('select count(*) as n from t', {}, patience())).toEqual([{ n: 0 }])
    await database.close()
  })
})

describe('the process that reads an SQLite file', () => {
  it('ends together with Signpost, even in the middle of an endless query', async () => {
    const folder = await createTempDir('people')
    const path = join(folder, 'people.db')
    new Database(path).exec('create table t (i)').close()
    const file = new URL('../../../src/backends/sql/drivers/sqlite-process.ts', import.meta.url)
    const child = fork(fileURLToPath(file), [], { execArgv: [], serialization: 'advanced' })
    child.send({ type: 'open', path })
    expect(await once(child, 'message')).toEqual([{ type: 'done' }, undefined])
    const text = 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n'
    child.send({ type: 'query', statements: [{ text, values: [] }] })
    const gone = once(child, 'exit')
    child.disconnect()
    expect(await gone).toEqual([null, 'SIGKILL'])
  })
})

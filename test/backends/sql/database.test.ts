import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { DirectoryDatabase } from '../../../src/backends/sql/database.ts'
import { eventually } from '../../support/poll.ts'
import { describeWith } from '../../support/skip.ts'
import { hostileTexts } from '../support/school.ts'
import { openDatabase, patience } from './support/open-database.ts'
import { peopleDatabases, type PeopleDatabase } from './support/people-databases.ts'

const statements = {
  sqlite: {
    echo: 'select :text as echo',
    never: 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n',
  },
  postgres: { echo: 'select cast(:text as text) as echo', never: 'select pg_sleep(600)' },
  mariadb: { echo: 'select cast(:text as char) as echo', never: 'select sleep(600)' },
}

/** A thousand million rows: nobody could hold them. */
const endless = 'select a.i from numbers a, numbers b, numbers c'

for (const { kind, unavailable, start } of peopleDatabases) {
  describeWith(kind, unavailable, `a directory's database on ${kind}`, () => {
    let people: PeopleDatabase
    let database: DirectoryDatabase
    beforeAll(async () => {
      people = await start()
      await people.execute(
        'create table numbers (i integer)',
        'create table Notes (Text_Of varchar(50), Big bigint)',
      )
      await people.insert(
        'numbers',
        Array.from({ length: 1_000 }, (_, i) => [i]),
      )
      await people.execute("insert into Notes values ('Zoë', 9007199254740993)")
    })
    afterAll(() => people?.stop())
    beforeEach(async () => {
      database = await openDatabase(people.connection, { timeout: '3s' })
    })
    afterEach(() => database?.close())

    it('passes the steps of a connection', async () => {
      const checked = await openDatabase(people.connection)
      const steps = await checked.check()
      await checked.close()
      expect(steps.filter(({ outcome }) => outcome !== 'ok')).toEqual([])
      expect(steps.map(({ step }) => step).slice(-2)).toEqual(['login', 'read-only'])
    })

    it('gives columns in small letters, and integers beyond 2^53 as they are', async () => {
      const rows = await database.query('select * from Notes where Big > :big', { big: 1 }, patience())
      expect(rows).toEqual([{ text_of: 'Zoë', big: '9007199254740993' }])
    })

    it('takes every value for what it is', async () => {
      const texts = hostileTexts.filter((text) => !text.includes('\0'))
      const echoes = await database.queryEach(
        statements[kind].echo,
        texts.map((text) => ({ text })),
        patience(),
      )
      expect(echoes.map(([row]) => row?.['echo'])).toEqual(texts)
    })

    it.each([
      'insert into numbers values (1)',
      'update numbers set i = 0',
      'delete from numbers',
      'drop table numbers',
      'create table more (i integer)',
      'select 1; delete from numbers',
    ])('refuses to run: %s', async (statement) => {
      await expect(database.query(statement, {}, patience())).rejects.toMatchObject({
        code: expect.stringMatching(/^(query|forbidden)$/),
      })
      const pages = database.pages(statement, {}, patience())
      await expect(pages.next()).rejects.toMatchObject({ code: expect.stringMatching(/^(query|forbidden)$/) })
      const [row] = await database.query('select count(*) as n, sum(i) as total from numbers', {}, patience())
      expect({ n: Number(row?.['n']), total: Number(row?.['total']) }).toEqual({ n: 1_000, total: 499_500 })
    })

    it('says when a table or a column does not exist', async () => {
      for (const statement of ['select * from nowhere', 'select nothing from numbers', 'selec 1']) {
        await expect(database.query(statement, {}, patience())).rejects.toMatchObject({
          code: 'query',
          fix: expect.any(String),
        })
      }
      expect(await database.query('select i from numbers where i = 7', {}, patience())).toEqual([{ i: 7 }])
    })

    it('reads 20,000 rows in pages', async () => {
      const sizes: number[] = []
      const seen = new Set<unknown>()
      const statement = 'select a.i * 1000 + b.i as n from numbers a, numbers b where a.i < :tens'
      for await (const page of database.pages(statement, { tens: 20 }, patience())) {
        sizes.push(page.length)
        for (const row of page) seen.add(Number(row['n']))
      }
      expect(seen.size).toBe(20_000)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(500)
    })

    it('reads of an endless listing what is wanted, and is free again', async () => {
      for (let round = 0; round < 6; round++) {
        const pages = database.pages(endless, {}, patience(), 100)
        for (let i = 0; i < 3; i++) expect((await pages.next()).value).toHaveLength(100)
        await pages.return?.()
      }
      expect(await database.query('select i from numbers where i = 7', {}, patience())).toEqual([{ i: 7 }])
    })

    it('ends a query that never ends, and answers others meanwhile', async () => {
      const order: string[] = []
      const never = database.query(statements[kind].never, {}, patience()).catch((error: unknown) => {
        order.push('never')
        return error
      })
      for (let i = 0; i < 5; i++) {
        await database.query('select i from numbers where i = 7', {}, patience())
        order.push('other')
      }
      expect(await never).toMatchObject({ code: 'timeout' })
      expect(order).toEqual(['other', 'other', 'other', 'other', 'other', 'never'])
      expect(await database.query('select i from numbers where i = 7', {}, patience())).toEqual([{ i: 7 }])
    })

    it('survives more endless queries than it has connections', async () => {
      const failures = await Promise.all(
        Array.from({ length: 8 }, () =>
          database
            .query(statements[kind].never, {}, AbortSignal.timeout(300))
            .catch((error: unknown) => error),
        ),
      )
      expect(failures.map((failure) => (failure as { code: string }).code)).toEqual(Array(8).fill('timeout'))
      expect(await database.query('select i from numbers where i = 7', {}, patience())).toEqual([{ i: 7 }])
    })

    it('ends a listing in the middle when its signal says so', async () => {
      const stop = new AbortController()
      const pages = database.pages(endless, {}, stop.signal, 10)
      await pages.next()
      stop.abort()
      await expect(pages.next()).rejects.toMatchObject({ code: 'timeout' })
      const never = database.pages(statements[kind].never, {}, AbortSignal.timeout(200))
      await expect(never.next()).rejects.toMatchObject({ code: 'timeout' })
    })

    it('fails what runs when it is closed, and everything after', async () => {
      const running = database.query(statements[kind].never, {}, patience())
      const pages = database.pages(endless, {}, patience(), 10)
      await pages.next()
      const failure = running.catch((error: unknown) => error)
      await database.close()
      expect(await failure).toMatchObject({ code: 'closed' })
      await expect(pages.next()).rejects.toMatchObject({ code: 'closed' })
      await expect(database.query('select 1', {}, patience())).rejects.toMatchObject({ code: 'closed' })
      await expect(database.pages('select 1', {}, patience()).next()).rejects.toMatchObject({
        code: 'closed',
      })
    })

    it('sees at once what the program that owns the data writes', async () => {
      const count = async () => {
        const [row] = await database.query('select count(*) as n from Notes', {}, patience())
        return Number(row?.['n'])
      }
      const before = await count()
      await people.execute("insert into Notes values ('new', 1)")
      expect(await count()).toBe(before + 1)
    })

    // There is no server; the process of the file is killed.
    if (kind === 'sqlite') return

    it('leaves nothing running on the server that it gave up or was closed over', async () => {
      const patient = await openDatabase(people.connection, { timeout: '60s' })
      const { never } = statements[kind]
      await expect(patient.query(never, {}, AbortSignal.timeout(300))).rejects.toMatchObject({
        code: 'timeout',
      })
      const failure = patient.query(never, {}, patience()).catch((error: unknown) => error)
      const isRunning = async () => {
        const table =
          kind === 'postgres'
            ? `pg_stat_activity where query = :never and state = 'active'`
            : 'information_schema.processlist where info = :never'
        const [row] = await database.query(`select count(*) as n from ${table}`, { never }, patience())
        return Number(row?.['n']) > 0
      }
      await eventually(isRunning, { what: 'the second statement to run' })
      await patient.close()
      expect(await failure).toMatchObject({ code: 'closed' })
      await eventually(async () => !(await isRunning()), {
        what: 'the statements to be gone from the server',
      })
    })
  })
}

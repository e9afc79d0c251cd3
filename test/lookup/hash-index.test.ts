import { afterEach, beforeEach, expect, test } from 'vitest'
import { findAddress, type Generation } from '../../src/lookup/generation.ts'
import { createHashIndex, type HashIndex } from '../../src/lookup/hash-index.ts'
import { buildTable } from '../../src/lookup/build.ts'
import { latestPeppers, newPepper, publishPepper } from '../../src/lookup/peppers.ts'
import { noteMappingChange, pruneMappingChanges } from '../../src/storage/mapping-changes.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { databases, type TestDatabase } from '../support/databases.ts'
import { describeWith } from '../support/skip.ts'
import { createTestRuntime } from '../support/test-runtime.ts'

const DAY_MS = 86_400_000
const GRACE_MS = 900_000

for (const { kind, unavailable, create } of databases()) {
  describeWith(kind, unavailable, `the hash index on ${kind}`, () => {
    const runtime = createTestRuntime()
    let database: TestDatabase
    let storage: Storage
    let index: HashIndex
    const optionsOf = (over: Storage, processId: string) => ({
      storage: over,
      runtime,
      source: database.options,
      backends: (): readonly string[] => ['first', 'second'],
      rotateEvery: () => 7 * DAY_MS,
      grace: () => GRACE_MS,
      processId,
    })
    const open = (over: Storage, processId: string) => createHashIndex(optionsOf(over, processId))
    beforeEach(async () => {
      database = await create()
      storage = await database.open(runtime)
      index = open(storage, 'one')
    })
    afterEach(async () => {
      await index.stop()
      await database.dispose()
    })

    async function bind(address: string, mxid: string, notAfter = Number.MAX_SAFE_INTEGER): Promise<void> {
      await storage.transaction(async (tx) => {
        const row = { medium: 'email', address, mxid, bound_at: 1, not_before: 1, not_after: notAfter }
        await tx
          .insertInto('associations')
          .values(row)
          .onConflict((conflict) => conflict.columns(['medium', 'address']).doUpdateSet(row))
          .execute()
        await noteMappingChange(tx, 'email', address)
      })
    }
    async function unbind(address: string): Promise<void> {
      await storage.transaction(async (tx) => {
        await tx.deleteFrom('associations').where('address', '=', address).execute()
        await noteMappingChange(tx, 'email', address)
      })
    }
    const list = (source: string, address: string, mxid: string) =>
      storage.db
        .insertInto('directory_entries')
        .values({ source, medium: 'email', address, person: '', mxid, display_name: null })
        .execute()
    const find = async (address: string, generation?: Generation | null) =>
      findAddress(generation ?? (await index.current()), 'email', address)

    test('answers associations first, then the backends in their order', async () => {
      await bind('a@x.example', '@association:x')
      for (const address of ['a@x.example', 'b@x.example']) await list('first', address, '@first:x')
      for (const address of ['b@x.example', 'c@x.example']) await list('second', address, '@second:x')
      await list('switched-off', 'd@x.example', '@off:x')
      await index.start()
      expect(await Promise.all(['a', 'b', 'c', 'd'].map((name) => find(`${name}@x.example`)))).toEqual([
        '@association:x',
        '@first:x',
        '@second:x',
        null,
      ])
      expect(index.stats()?.mappings).toBe(3)
    })

    test('uncovers the next source when an association goes', async () => {
      await bind('a@x.example', '@association:x')
      await list('second', 'a@x.example', '@second:x')
      await index.start()
      expect(await find('a@x.example')).toBe('@association:x')
      await unbind('a@x.example')
      await index.catchUp()
      expect(await find('a@x.example')).toBe('@second:x')
    })

    test('leaves out an association that is not valid at this time', async () => {
      await bind('past@x.example', '@past:x', runtime.clock.now())
      await index.start()
      expect(await find('past@x.example')).toBeNull()
    })

    test('follows every change, however many there are', async () => {
      await index.start()
      await index.current()
      for (let n = 0; n < 50; n++) await bind(`n${n}@x.example`, `@n${n}:x`)
      await unbind('n7@x.example')
      await index.catchUp()
      expect(await find('n49@x.example')).toBe('@n49:x')
      expect(await find('n7@x.example')).toBeNull()
      expect(index.stats()?.mappings).toBe(49)
    })

    test('is built afresh, the former table too, when changes that it has not seen are kept no longer', async () => {
      await index.start()
      const before = (await index.current()).pepper
      await index.rotate()
      for (const name of ['a', 'b', 'c']) await bind(`${name}@x.example`, `@${name}:x`)
      await pruneMappingChanges(storage.db, 1)
      await index.catchUp()
      for (const generation of [await index.current(), await index.forPepper(before)]) {
        expect(await find('a@x.example', generation)).toBe('@a:x')
        expect(await find('c@x.example', generation)).toBe('@c:x')
      }
      expect(index.stats()?.seq).toBe(3)
    })

    test('keeps its pepper over a restart, and the former one within its grace', async () => {
      await bind('a@x.example', '@a:x')
      await index.start()
      const before = (await index.current()).pepper
      await index.rotate()
      const after = (await index.current()).pepper
      await index.stop()
      index = open(storage, 'again')
      await index.start()
      expect((await index.current()).pepper).toBe(after)
      expect(await find('a@x.example', await index.forPepper(before))).toBe('@a:x')
      runtime.clock.advance(GRACE_MS)
      expect(await index.forPepper(before)).toBeNull()
    })

    test('does not bring the former pepper back by a restart after its grace', async () => {
      await index.start()
      const before = (await index.current()).pepper
      await index.rotate()
      runtime.clock.advance(GRACE_MS)
      await index.stop()
      index = open(storage, 'again')
      await index.start()
      expect(await index.forPepper(before)).toBeNull()
    })

    test('takes over a pepper that another process published, with the timer and on demand', async () => {
      await bind('a@x.example', '@a:x')
      await index.start()
      const first = (await index.current()).pepper
      const second = await publishPepper(storage.db, newPepper(runtime), runtime.clock.now())
      expect(await find('a@x.example', await index.forPepper(second.pepper))).toBe('@a:x')
      expect(await find('a@x.example', await index.forPepper(first))).toBe('@a:x')
      expect((await index.current()).pepper).toBe(second.pepper)
      const third = await publishPepper(storage.db, newPepper(runtime), runtime.clock.now())
      await index.maintain()
      expect((await index.current()).pepper).toBe(third.pepper)
      expect(await find('a@x.example')).toBe('@a:x')
    })

    test('takes no table for that of a pepper which is published while it adopts the one before', async () => {
      let whenBuilding = () => {}
      const reader = createHashIndex({
        ...optionsOf(storage, 'reader'),
        backends: () => {
          whenBuilding()
          return []
        },
      })
      await reader.start()
      await reader.current()
      const first = await publishPepper(storage.db, newPepper(runtime), runtime.clock.now())
      const answered = new Promise<[asked: string, answer: string | undefined]>((resolve) => {
        whenBuilding = () => {
          whenBuilding = () => {}
          void publishPepper(storage.db, newPepper(runtime), runtime.clock.now()).then(async ({ pepper }) =>
            resolve([pepper, (await reader.forPepper(pepper))?.pepper]),
          )
        }
      })
      expect((await reader.forPepper(first.pepper))?.pepper).toBe(first.pepper)
      const [asked, answer] = await answered
      expect([undefined, asked]).toContain(answer)
      expect((await reader.forPepper(asked))?.pepper).toBe(asked)
      await reader.stop()
    })

    test('does not ask the database for every wrong pepper it is sent, nor adopts one', async () => {
      await index.start()
      const { pepper } = await index.current()
      for (const wrong of ['', 'x', pepper.slice(1), `${pepper} `])
        expect(await index.forPepper(wrong)).toBeNull()
      expect((await index.current()).pepper).toBe(pepper)
    })

    test('rotates when it is due, and drops the former table after the grace', async () => {
      await bind('a@x.example', '@a:x')
      await index.start()
      const before = (await index.current()).pepper
      const single = index.stats()?.bytes ?? 0
      runtime.clock.advance(7 * DAY_MS - 1)
      await index.maintain()
      expect((await index.current()).pepper).toBe(before)
      runtime.clock.advance(1)
      await index.maintain()
      expect((await index.current()).pepper).not.toBe(before)
      expect(index.stats()?.bytes).toBeGreaterThan(single)
      runtime.clock.advance(GRACE_MS)
      await index.maintain()
      expect(index.stats()?.bytes).toBe(single)
    })

    test('has a table that fits its pepper after rotations that were asked for at the same time', async () => {
      await bind('a@x.example', '@a:x')
      await index.start()
      await index.current()
      await Promise.all([index.rotate(), index.rotate(), index.maintain(), index.rotate()])
      const generation = await index.current()
      const [newest] = await latestPeppers(storage.db)
      expect(generation.pepper).toBe(newest?.pepper)
      expect(await find('a@x.example', generation)).toBe('@a:x')
    })

    test('leaves the rotation to the process that holds its lease', async () => {
      await index.start()
      const { pepper } = await index.current()
      const lease = { name: 'pepper-rotation', holder: 'another', expires_at: runtime.clock.now() + 1000 }
      await storage.db.insertInto('leases').values(lease).execute()
      await index.rotate()
      expect((await index.current()).pepper).toBe(pepper)
      runtime.clock.advance(1000)
      await index.rotate()
      expect((await index.current()).pepper).not.toBe(pepper)
    })

    test('takes over the pepper of a process that rotated a moment before, instead of rotating again', async () => {
      const other = open(storage, 'two')
      await index.start()
      await index.current()
      await other.start()
      await other.current()
      await index.rotate()
      await other.rotate()
      expect((await other.current()).pepper).toBe((await index.current()).pepper)
      expect((await latestPeppers(storage.db))[0]?.generation).toBe((await index.current()).generation)
      await other.stop()
    })

    test('loses no change that is made while it rotates', async () => {
      await index.start()
      await index.current()
      const rotating = index.rotate()
      for (let n = 0; n < 20; n++) {
        await bind(`n${n}@x.example`, `@n${n}:x`)
        await index.catchUp()
      }
      await rotating
      for (let n = 0; n < 20; n++) expect(await find(`n${n}@x.example`)).toBe(`@n${n}:x`)
    })

    test('builds the same table in a thread as it does in place', async () => {
      for (let n = 0; n < 30; n++) await bind(`n${n}@x.example`, `@n${n}:x`)
      await list('first', 'n1@x.example', '@first:x')
      await list('first', 'listed@x.example', '@listed:x')
      const order = {
        source: database.options,
        pepper: 'pepper',
        backends: ['first'],
        publication: null,
        now: runtime.clock.now(),
      }
      const [inPlace, inThread] = [await buildTable(order, 0), await buildTable(order, 1_000_000)]
      expect(inThread.seq).toBe(inPlace.seq)
      expect(inThread.table.count).toBe(31)
      const generation = { generation: 1, pepper: 'pepper', createdAt: 1, seq: 0 }
      for (const address of ['n1@x.example', 'n29@x.example', 'listed@x.example', 'nobody@x.example']) {
        expect(findAddress({ ...generation, table: inThread.table }, 'email', address)).toBe(
          findAddress({ ...generation, table: inPlace.table }, 'email', address),
        )
      }
    })

    test('fails a build whose database cannot be opened, instead of waiting for it', async () => {
      const source =
        database.options.type === 'sqlite'
          ? { type: 'sqlite' as const, file: '/nonexistent/signpost.db' }
          : { type: 'postgres' as const, url: 'postgres://127.0.0.1:1/nothing' }
      const order = { source, pepper: 'pepper', backends: [], publication: null, now: 1 }
      await expect(buildTable(order, 0)).rejects.toThrow(/\S/)
      await expect(buildTable(order, 1_000_000)).rejects.toThrow(/\S/)
    })
  })
}

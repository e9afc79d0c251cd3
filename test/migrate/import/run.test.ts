import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { planImport } from '../../../src/migrate/import/plan.ts'
import { runImport } from '../../../src/migrate/import/run.ts'
import { databases, type TestDatabase } from '../../support/databases.ts'
import { describeWith } from '../../support/skip.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createTestRuntime } from '../../support/test-runtime.ts'
import { findingCounts } from './support/import-world.ts'
import { createSydent } from './support/sydent-fixture.ts'

for (const database of databases()) {
  describeWith(database.kind, database.unavailable, `an import into ${database.kind}`, () => {
    let target: TestDatabase

    afterEach(async () => await target.dispose())

    async function prepare() {
      target = await database.create()
      const folder = await createTempDir('run')
      const { path } = await createSydent('sqlite', folder)
      const runtime = createTestRuntime(Date.now())
      const storage = await target.open(runtime)
      const world = { dataDir: join(folder, 'data'), runtime, storage }
      return { world, storage, source: { kind: 'sydent', path } as const }
    }

    it('lets the newer binding count, whoever has it, and says so', async () => {
      const { world, storage, source } = await prepare()
      const row = (address: string, bound_at: number) => ({
        medium: 'email',
        address,
        mxid: '@here:example.org',
        bound_at,
        not_before: 1,
        not_after: 9e15,
      })
      await storage.db
        .insertInto('associations')
        .values([row('plain@example.org', 2e12), row('dave@example.org', 1)])
        .execute()
      const plan = await planImport(source, world)
      expect(findingCounts(plan)).toMatchObject({ 'already-newer': 1, 'replaced-here': 1 })
      const [associations] = plan.sections
      expect(associations).toMatchObject({ section: 'associations', replaced: 1, kept: 1 })
      for await (const _ of runImport(plan, world)) continue
      const owners = await storage.db
        .selectFrom('associations')
        .select(['address', 'mxid'])
        .where('address', 'in', ['plain@example.org', 'dave@example.org'])
        .orderBy('address')
        .execute()
      expect(owners).toEqual([
        { address: 'dave@example.org', mxid: '@dave:example.org' },
        { address: 'plain@example.org', mxid: '@here:example.org' },
      ])
    })

    it('does what its plan said, tells how far it is, and does nothing the second time', async () => {
      const { world, storage, source } = await prepare()
      const plan = await planImport(source, world)
      const events = []
      for await (const event of runImport(plan, world)) events.push(event)
      const last = events.at(-1)
      expect(last).toMatchObject({ type: 'done', result: { sections: plan.sections } })
      expect(events.some((event) => event.type === 'progress')).toBe(true)
      const again = await planImport(source, world)
      const changes = again.sections.map(({ added, replaced }) => added + replaced)
      expect(changes.every((number) => number === 0)).toBe(true)
      // Whoever follows the mappings hears of each of them once.
      const followed = await storage.db.selectFrom('mapping_changes').select('address').execute()
      const associations = await storage.db.selectFrom('associations').select('address').execute()
      expect(followed.map(({ address }) => address).toSorted()).toEqual(
        associations.map(({ address }) => address).toSorted(),
      )
    })

    it('is undone when nobody waits for it any more', async () => {
      const { world, storage, source } = await prepare()
      const plan = await planImport(source, world)
      for await (const event of runImport({ ...plan, choices: { without: ['keys'] } }, world)) {
        if (event.type === 'progress') break
      }
      expect(await storage.db.selectFrom('associations').selectAll().execute()).toEqual([])
    })

    it('leaves the parts out that it is told to leave out', async () => {
      const { world, storage, source } = await prepare()
      const plan = await planImport(source, world, { without: ['data', 'settings'] })
      expect(plan).toMatchObject({ sections: [], settings: [] })
      for await (const _ of runImport(plan, world)) continue
      expect(await storage.db.selectFrom('associations').selectAll().execute()).toEqual([])
    })
  })
}

describe('a plan', () => {
  it('is plain values, from which no secret of the settings can be read', async () => {
    const folder = await createTempDir('plan')
    const { path } = await createSydent('sqlite', folder)
    const runtime = createTestRuntime(Date.now())
    const world = { dataDir: join(folder, 'data'), runtime, storage: null }
    const plan = await planImport({ kind: 'sydent', path }, world)
    const text = JSON.stringify(plan)
    expect(JSON.parse(text)).toEqual(plan)
    expect(text).not.toContain('50% of it')
    expect(text).not.toContain(Buffer.alloc(32, 7).toString('base64').slice(0, 20))
  })
})

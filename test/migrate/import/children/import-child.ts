import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import BetterSqlite from 'better-sqlite3'

/*
 * `import-child.ts DATA_DIR KIND PATH DATABASE KILL_AT`: imports, and kills itself before the given step; 0 lets it end, and
 * prints how many steps there were. A step is a statement on any SQLite file, or a change to the file system.
 */

const [dataDir = '', kind = '', path = '', database = '', killAt = '0'] = process.argv.slice(2)
let steps = 0

function step(): void {
  steps++
  if (steps === Number(killAt)) process.kill(process.pid, 'SIGKILL')
}

const prototype = BetterSqlite.prototype as { prepare: (...args: unknown[]) => unknown }
const { prepare } = prototype
prototype.prepare = function (this: unknown, ...args: unknown[]) {
  step()
  return prepare.apply(this, args)
}
const files = fs as unknown as Record<string, (...args: unknown[]) => unknown>
for (const name of ['rename', 'mkdir', 'rm', 'link', 'open', 'mkdtemp']) {
  const original = files[name]
  if (original === undefined) throw new Error(`there is no ${name}`)
  files[name] = (...args) => {
    step()
    return original.apply(fs, args)
  }
}
// So that modules which import the functions by name get these.
syncBuiltinESMExports()

const { createTestRuntime } = await import('../../../support/test-runtime.ts')
const { planImport } = await import('../../../../src/migrate/import/plan.ts')
const { runImport } = await import('../../../../src/migrate/import/run.ts')
const { openImportStorage } = await import('../support/storage.ts')

const storage = await openImportStorage(dataDir)
const runtime = { ...createTestRuntime(), clock: { now: () => Date.now(), advance: () => {} } }
const world = { dataDir, runtime, storage }
steps = 0
const source = { kind: kind as 'sydent' | 'ma1sd', path, database }
const plan = await planImport(source, world, { without: ['data'] })
for await (const _ of runImport({ ...plan, choices: {} }, world)) step()
await storage.close()
process.stdout.write(`${steps}\n`)

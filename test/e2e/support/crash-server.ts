import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import BetterSqlite from 'better-sqlite3'
import { z } from 'zod'
import { createLogger } from '../../../src/activity/logger.ts'
import { startAppliance } from '../../../src/appliance.ts'
import { loadConfig } from '../../../src/config/load.ts'
import { systemClock, systemRandom } from '../../../src/system.ts'

/*
 * Signpost as a process that kills itself in the middle of its work. It takes the arguments of `signpost start`, and
 * on standard input lines of JSON:
 *
 *     {"record": true}                                    print every write to the database from here on
 *     {"statement": "insert outbox", "nth": 2, "when": "before"}   die there (SIGKILL)
 */
const command = z.union([
  z.strictObject({ record: z.boolean() }),
  z.strictObject({ statement: z.string(), nth: z.int(), when: z.enum(['before', 'after']) }),
])
type Run = (...given: unknown[]) => unknown
type Trap = Extract<z.infer<typeof command>, { statement: string }>

const { values } = parseArgs({ strict: false, options: { data: { type: 'string' } } })
const dataDir = String(values.data)
let recording = false
let trap: Trap | null = null
let seen = 0
let transaction: 'none' | 'read' | 'written' = 'none'

/** Every statement that writes passes here, and each commit that has something to commit. */
function watched<T>(sql: string, run: () => T): T {
  const name = nameOf(sql)
  if (name === null) return run()
  if (recording) writeSync(1, `${name}\n`)
  const isTheOne = trap?.statement === name && ++seen === trap.nth
  if (isTheOne && trap?.when === 'before') process.kill(process.pid, 'SIGKILL')
  const result = run()
  if (isTheOne) process.kill(process.pid, 'SIGKILL')
  return result
}

/** Null for what changes nothing. A write outside of transactions is `alone`: it is on the disk when it returns. */
function nameOf(sql: string): string | null {
  if (/^(begin|commit|rollback)/i.test(sql)) {
    const isCommit = transaction === 'written' && /^commit/i.test(sql)
    transaction = /^begin/i.test(sql) ? 'read' : 'none'
    return isCommit ? 'commit' : null
  }
  const [, verb, table] = /^(insert|update|delete)\s(?:into\s|from\s)?"(\w+)"/.exec(sql) ?? []
  if (verb === undefined || table === undefined) return null
  const column = verb === 'update' ? ` ${/ set "(\w+)"/.exec(sql)?.[1] ?? ''}` : ''
  if (transaction === 'none') return `${verb} ${table}${column} alone`
  transaction = 'written'
  return `${verb} ${table}${column}`
}

function watchStatements(): void {
  const prototype = BetterSqlite.prototype
  // oxlint-disable-next-line typescript/unbound-method -- called with the database that is asked
  const { prepare } = prototype
  prototype.prepare = function (this: BetterSqlite.Database, sql: string) {
    const statement = prepare.call(this, sql)
    const run = statement.run.bind(statement) as Run
    const all = statement.all.bind(statement) as Run
    return Object.assign(statement, {
      run: (...given: unknown[]) => watched(sql, () => run(...given)),
      all: (...given: unknown[]) => watched(sql, () => all(...given)),
    })
  } as typeof prepare
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const next = command.parse(JSON.parse(line))
    if ('record' in next) recording = next.record
    else {
      trap = next
      seen = 0
    }
    writeSync(1, 'ready\n')
  })
  .on('close', () => process.exit())

const { config } = await loadConfig(dataDir)
watchStatements()
const log = createLogger({ level: 'warn', masked: () => true })
const { publicAddress } = await startAppliance({
  dataDir,
  config,
  runtime: { clock: systemClock, random: systemRandom, log },
  env: process.env,
  settleMs: 300,
})
process.stdout.write(`${JSON.stringify({ publicAddress })}\n`)

import { join } from 'node:path'
import { openKeyRing } from '../keys/key-ring.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import {
  erasePerson,
  exportPerson,
  type PersonalDataOptions,
} from '../migrate/personal-data/personal-data.ts'
import { readAddressArgument } from './address-argument.ts'
import { exitCodes } from './config-commands.ts'
import { withData, type DataContext } from './open-data.ts'
import { parseWords, UsageError } from './usage-error.ts'

const usage = `Usage: signpost person export MATRIX-ID|ADDRESS           everything that is kept of a person, as JSON
       signpost person erase MATRIX-ID|ADDRESS [--yes]    remove it; without --yes, only say what would go

An address stands for the person to whom it is bound: the Matrix ID, and all its addresses.`

/** `signpost person`. */
export async function runPersonCommand(args: readonly string[], io: DataContext): Promise<number> {
  try {
    const { values, positionals } = parseWords(args, {
      yes: { type: 'boolean' },
      help: { type: 'boolean' },
    })
    const [action, given, ...more] = positionals
    if (values.help === true || given === undefined || more.length > 0) throw new UsageError(usage)
    if (action !== 'export' && action !== 'erase') throw new UsageError(usage)
    const who = readWho(given)
    return await withData(io, async ({ config, storage, runtime }) => {
      const keyRing = await openKeyRing(join(io.dataDir, 'signing-keys.json'), runtime)
      const ownSources = config.backends.filter(({ type }) => type === 'list').map(({ id }) => id)
      const options = { storage, who, ownSources, keyRing }
      return await (action === 'export' ? tellAll(io, options) : erase(io, options, values.yes === true))
    })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    io.err(error.message)
    return exitCodes.usage
  }
}

function readWho(given: string): string | ThreePid {
  return given.startsWith('@') && parseUserId(given) !== null ? given : readAddressArgument([given], '')
}

async function tellAll(io: DataContext, options: PersonalDataOptions): Promise<number> {
  const data = await exportPerson(options)
  io.out(io.json ? JSON.stringify(data) : JSON.stringify(data, null, 2))
  return data.holdings.some(({ rows }) => rows.length > 0) ? exitCodes.fine : exitCodes.notFound
}

async function erase(io: DataContext, options: PersonalDataOptions, agreed: boolean): Promise<number> {
  if (!agreed) return await tellWhatWouldGo(io, options)
  const report = await erasePerson(options)
  const { holdings } = report
  if (io.json) io.out(JSON.stringify(report))
  for (const { title, found, erased, staysBecause } of io.json ? [] : holdings) {
    if (found === 0) continue
    io.out(`${title}: ${erased} of ${found} removed.${staysBecause === null ? '' : ` ${staysBecause}`}`)
  }
  if (!io.json) io.out('Backups that were made before keep it until they are removed.')
  return holdings.some(({ found }) => found > 0) ? exitCodes.fine : exitCodes.notFound
}

async function tellWhatWouldGo(io: DataContext, options: PersonalDataOptions): Promise<number> {
  const { holdings, mxids, addresses } = await exportPerson(options)
  const found = holdings.filter(({ rows }) => rows.length > 0)
  if (io.json) {
    const counts = found.map(({ name, title, rows }) => ({ name, title, found: rows.length }))
    io.out(JSON.stringify({ mxids, addresses, holdings: counts }))
  } else {
    io.out(`This is about ${[...mxids, ...addresses.map(({ address }) => address)].join(', ')}:`)
    for (const { title, rows } of found) io.out(`  ${title}: ${rows.length}`)
    io.out(found.length === 0 ? 'Nothing is kept of them.' : 'Nothing was removed. To remove it, add --yes.')
  }
  return found.length > 0 ? exitCodes.fine : exitCodes.notFound
}

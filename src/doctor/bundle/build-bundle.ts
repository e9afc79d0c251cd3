import { asLines } from './as-lines.ts'
import { configuredNames } from './configured-names.ts'
import { knownPeople } from './known-people.ts'
import { ownWords } from './own-words.ts'
import { createPseudonyms } from './pseudonyms.ts'
import { scrubValue, textsIn } from './scrub-value.ts'
import type { Scrubber } from './scrubber.ts'
import { secretValues, withoutValues } from './secret-values.ts'
import { configurationFacts } from './configuration-facts.ts'
import { databaseFacts } from './database-facts.ts'
import { fileFacts, machineFacts } from './machine-facts.ts'
import { readRecentLog } from '../../activity/recent-log.ts'
import type { LoadedConfig } from '../../config/load.ts'
import { ConfigError } from '../../config/problems.ts'
import { OperatorError } from '../../config/operator-error.ts'
import { readChangeState } from '../../gateway/safe-change/change-state.ts'
import { NotPossible } from '../fact.ts'
import { runDoctor, type DoctorOptions } from '../run-doctor.ts'
import type { DoctorWorld } from '../world.ts'

/** How many of the last lines of the log are in a bundle. */
const LOG_LINES = 500

const readMe = [
  'A support bundle of Signpost: versions, configuration, what the doctor found, numbers from the database, recent log.',
  'Addresses, phone numbers, Matrix IDs, host names and public IP addresses are replaced. Equal ones have equal stand-ins within this bundle; nobody can turn them back.',
  'Secrets are left out.',
]

export type BundleOptions = Pick<DoctorOptions, 'checks' | 'signal'>

/**
 * Everything that helps somebody else to understand an installation, as JSON text. A part that cannot be had says why,
 * and the others are there all the same: a bundle is asked for when something is broken.
 */
export async function buildBundle(world: DoctorWorld, options: BundleOptions = {}): Promise<string> {
  const { dataDir, runtime } = world
  const raw = await collect({
    program: async () => machineFacts(),
    files: () => fileFacts(dataDir),
    configuration: async () => configurationFacts(await world.loaded.look()),
    doctor: () => findings(world, options),
    database: async () => databaseFacts(await world.storage.look(), runtime.clock),
    networkChange: () => readChangeState(dataDir),
    log: async () => (await readRecentLog(dataDir, LOG_LINES)).map(parsedLine),
  })
  const loaded = await world.loaded.look().catch(() => null)
  const scrubber = await scrubberFor(world, loaded, raw)
  const created = new Date(runtime.clock.now()).toISOString()
  const text = asLines({ about: readMe, created, ...(scrubValue(raw, scrubber) as object) })
  return withoutValues(text, await secretValues(dataDir, world.secrets))
}

type Parts = Readonly<Record<string, () => Promise<unknown>>>

async function collect(parts: Parts): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    Object.entries(parts).map(async ([name, part]) => [name, await part().catch(reasonOf)] as const),
  )
  return Object.fromEntries(entries)
}

/** Errors of others may say anything, so that only their kind is told. */
function reasonOf(error: unknown): unknown {
  if (error instanceof ConfigError) return { missing: error.code, problems: error.problems }
  if (error instanceof OperatorError) {
    return { missing: error.code, tried: error.tried, likelyCause: error.likelyCause, fix: error.fix }
  }
  if (error instanceof NotPossible) return { missing: 'not-possible', likelyCause: error.message }
  return { missing: error instanceof Error ? error.name : typeof error }
}

async function findings(world: DoctorWorld, options: BundleOptions): Promise<unknown> {
  const all = []
  for await (const { title: _title, link: _link, ...finding } of runDoctor(world, options)) all.push(finding)
  const order = { problem: 0, warning: 1, skipped: 2, ok: 3 }
  return all.sort((a, b) => order[a.status] - order[b.status])
}

function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    // The last line of a process that was killed.
    if (error instanceof SyntaxError) return line
    throw error
  }
}

/** Whether a word is somebody's name, only the database can tell; without one, all that has the form of a name goes. */
async function scrubberFor(world: DoctorWorld, loaded: LoadedConfig | null, raw: unknown): Promise<Scrubber> {
  const pseudonyms = createPseudonyms(world.runtime.random.bytes(32))
  const configured = configuredNames(loaded)
  const people = await peopleIn(world, raw).catch(() => [])
  const knownWords = new Set([...configured.words, ...people])
  return { pseudonyms, ownWords: ownWords(), knownWords, knownNames: configured.names }
}

async function peopleIn(world: DoctorWorld, raw: unknown): Promise<Iterable<string>> {
  const { matrix } = await world.config.look()
  const { db } = await world.storage.look()
  return await knownPeople(db, matrix.domain, textsIn(raw))
}

import { z } from 'zod'
import type { CheckWork, StepResult } from '../check.ts'
import { BackendFailure } from '../failure.ts'
import { asSample } from '../person.ts'
import { readRows } from '../read-rows.ts'
import { addressTable, isPerson } from './accounts.ts'
import type { SynapseDirectory } from './directory.ts'
import { readPeople } from './list.ts'
import { grant } from './schema.ts'

/** Schema numbers of the versions of Synapse that this kind is known to fit: 1.20 (2020) to 1.160 (2026). */
const KNOWN_SCHEMAS = { first: 58, last: 94 } as const

const SAMPLE_SIZE = 5

const accountsRow = z.object({
  accounts: z.coerce.number(),
  ours: z.coerce.number(),
  example: z.string().nullable(),
})
const peopleRow = z.object({ people: z.coerce.number(), reachable: z.coerce.number() })

/** The steps after the connection: is it a Synapse, of our domain, with people. */
export function synapseChecks(directory: SynapseDirectory, signal: AbortSignal): readonly CheckWork[] {
  return [
    ['schema', () => checkSchema(directory, signal)],
    ['count', () => countPeople(directory, signal)],
    ['sample', () => samplePeople(directory, signal)],
  ]
}

async function checkSchema({ outline }: SynapseDirectory, signal: AbortSignal): Promise<StepResult> {
  const { version, roomNames } = (await outline(signal)).schema
  const detail = `The database schema of this Synapse is number ${version}.`
  const { first, last } = KNOWN_SCHEMAS
  if (version > last) {
    const fix = `Signpost knows the schemas up to ${last}: see whether there is a newer Signpost, and whether the sample below is right.`
    return { outcome: 'warning', detail, fix }
  }
  if (version < first) {
    const fix = 'Update Synapse: versions of before 2020 are no longer safe to run.'
    return { outcome: 'warning', detail, fix }
  }
  if (roomNames.statistics) {
    const only = roomNames.state ? '' : ' Names of rooms come from its statistics (room_stats_state) alone.'
    return { detail: detail + only }
  }
  if (roomNames.state) return { detail: `${detail} Names of rooms come from their state.` }
  return {
    outcome: 'warning',
    detail: `${detail} Mails cannot name rooms: room_stats_state cannot be read.`,
    // Not the other source as well: event_json holds all messages that are not encrypted.
    fix: `As owner of the database run: ${grant('ON room_stats_state')}`,
  }
}

async function countPeople(directory: SynapseDirectory, signal: AbortSignal): Promise<StepResult> {
  const { domain } = directory
  const { accounts, ours, example } = await countAccounts(directory, signal)
  if (accounts > 0 && ours === 0) {
    const other = example?.slice(example.indexOf(':') + 1) ?? 'another domain'
    throw new BackendFailure(
      'configuration',
      `None of the ${accounts} accounts is of ${domain}: this is the Synapse of ${other}.`,
      `Name the database of ${domain}, or correct matrix.domain.`,
    )
  }
  const { people, reachable } = await countReachable(directory, signal)
  const detail = `People: ${people}, without an address: ${people - reachable}, left out: ${ours - people} (deactivated accounts, guests, bridges and the like).`
  if (reachable > 0) return { detail }
  const fix = 'Nobody can be found by address: see whether users have addresses, and the setting addresses.'
  return { outcome: 'warning', detail, fix }
}

async function countAccounts({ database, domain }: SynapseDirectory, signal: AbortSignal) {
  const text = `
    SELECT count(*) AS accounts, coalesce(sum(CASE WHEN name LIKE :ours THEN 1 ELSE 0 END), 0) AS ours,
           max(name) AS example
    FROM users`
  // A server name has no wildcards.
  const rows = await database.query(text, { ours: `%:${domain}` }, signal)
  return readRows(accountsRow, rows, 'Synapse')[0] ?? { accounts: 0, ours: 0, example: null }
}

async function countReachable({ database, domain, values, outline }: SynapseDirectory, signal: AbortSignal) {
  const parts = await outline(signal)
  const text = `
    SELECT count(*) AS people,
           coalesce(sum(CASE WHEN u.name IN (SELECT user_id FROM ${addressTable(parts)} t) THEN 1 ELSE 0 END), 0)
             AS reachable
    FROM users u WHERE u.name LIKE :ours AND ${isPerson(parts)}`
  const rows = await database.query(text, { ...values, ours: `%:${domain}` }, signal)
  return readRows(peopleRow, rows, 'Synapse')[0] ?? { people: 0, reachable: 0 }
}

async function samplePeople(directory: SynapseDirectory, signal: AbortSignal): Promise<StepResult> {
  for await (const people of readPeople(directory, signal)) {
    if (people.length === 0) continue
    const sample = people.slice(0, SAMPLE_SIZE).map(asSample)
    return { detail: 'These are the first people, as Signpost knows them.', sample }
  }
  return { detail: 'There is nobody to show.' }
}

import { createBackendContext, type BackendWorld } from '../../../backends/context.ts'
import { asBackendFailure, BackendFailure } from '../../../backends/failure.ts'
import { createBackend } from '../../../backends/kinds.ts'
import { exportEntries } from '../../../backends/list/list.ts'
import type { ListEntry } from '../../../backends/list/rows.ts'
import type { ListedPerson } from '../../../backends/person.ts'
import type { BackendConfig } from '../../../backends/sections.ts'
import type { Storage } from '../../../storage/storage.ts'
import { AdminError } from '../../api/errors.ts'

/** More than a person can look through, and some megabytes. */
export const MOST_PEOPLE = 10_000
/** As long as the console waits. */
const LISTING_MS = 120_000

export interface Listed {
  readonly people: readonly ListedPerson[]
  /** False when the directory has more than `MOST_PEOPLE`. */
  readonly isWhole: boolean
}

/** Everybody of a directory, read anew and kept nowhere. @throws AdminError `unavailable`, `not-possible`. */
export async function listPeople(config: BackendConfig, world: BackendWorld): Promise<Listed> {
  if (config.type === 'list') return await ofList(config.id, world.storage)
  try {
    const backend = await createBackend(config, createBackendContext(config, world))
    try {
      const signal = AbortSignal.timeout(LISTING_MS)
      return await read(backend.listPeople?.({ since: null, isKnown: () => false, signal }))
    } finally {
      await backend.close()
    }
  } catch (error) {
    const { code, message, fix } = asBackendFailure(error)
    if (code === 'internal') throw error
    throw new AdminError('unavailable', { message, fix, params: { reason: code } })
  }
}

async function read(
  pages: AsyncIterable<{ readonly type: string; readonly people?: readonly ListedPerson[] }> | undefined,
): Promise<Listed> {
  if (pages === undefined) {
    throw new BackendFailure(
      'configuration',
      'This backend cannot list its people, so there is nothing to look through.',
      'Set what its listing needs.',
    )
  }
  const people = new Map<string, ListedPerson>()
  for await (const page of pages) {
    for (const person of page.people ?? []) {
      if (people.size === MOST_PEOPLE && !people.has(person.key))
        return { people: [...people.values()], isWhole: false }
      people.set(person.key, person)
    }
  }
  return { people: [...people.values()], isWhole: true }
}

/** A list holds addresses; here they stand together by person. */
async function ofList(id: string, storage: Storage | null): Promise<Listed> {
  const byUser = new Map<string, ListEntry[]>()
  for await (const entry of storage === null ? [] : exportEntries(storage, id)) {
    const own = byUser.get(entry.mxid)
    if (own !== undefined) own.push(entry)
    else if (byUser.size === MOST_PEOPLE) return { people: [...byUser].map(asPerson), isWhole: false }
    else byUser.set(entry.mxid, [entry])
  }
  return { people: [...byUser].map(asPerson), isWhole: true }
}

function asPerson([mxid, entries]: readonly [string, readonly ListEntry[]]): ListedPerson {
  const displayName = entries.find((entry) => entry.displayName !== null)?.displayName ?? null
  const addresses = entries.map(({ medium, address }) => ({ medium, address }))
  const of = (wanted: string) =>
    addresses.filter(({ medium }) => medium === wanted).map(({ address }) => address)
  const record = { key: mxid, user: mxid, displayName, emails: of('email'), phones: of('msisdn') }
  return { key: mxid, person: { mxid, displayName, addresses }, rejections: [], record }
}

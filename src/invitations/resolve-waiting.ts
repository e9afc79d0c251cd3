import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { Lookup } from '../lookup/find.ts'
import { mappingKey, type Mapping } from '../lookup/mappings.ts'
import type { Medium, ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import { addressTurn, takeTurns } from '../storage/take-turns.ts'
import { resolveInvitations } from './resolve.ts'

/** Addresses of one question. */
const PAGE = 500
/** Addresses of one transaction: each ends in a write to the disk, for which everything on SQLite waits. */
const CHUNK = 100
/** Addresses after which others have their turn. On SQLite nothing else runs during a statement. */
const SLICE = 20
/** Shortest pause between two transactions; else as long as the last one took. */
const PAUSE_MS = 4

/**
 * `all`: every address that is waited for. `stored`: those that a list or a mirror knows by now, which is quickly asked
 * after a sync.
 */
export type WhichWaiting = 'all' | 'stored'

/**
 * Looks waiting invitations up again: somebody may know the address by now. Several processes may do so at the same time;
 * an invitation is resolved once. Answers how many were resolved.
 */
export async function resolveWaiting(
  storage: Storage,
  runtime: Runtime,
  lookup: Lookup,
  which: WhichWaiting = 'all',
): Promise<number> {
  let resolved = 0
  let after = ''
  for (;;) {
    const addresses = await readPage(storage, which, after)
    const mappings = await lookup.find(addresses, null)
    const found = addresses.flatMap((address) => mappings.get(mappingKey(address)) ?? [])
    for (let start = 0; start < found.length; start += CHUNK) {
      const began = runtime.clock.now()
      resolved += await resolveChunk(storage, runtime, lookup, found.slice(start, start + CHUNK))
      await pause(Math.max(PAUSE_MS, runtime.clock.now() - began))
    }
    const last = addresses.at(-1)
    if (last === undefined || addresses.length < PAGE) return resolved
    after = last.address
  }
}

async function readPage({ db }: Storage, which: WhichWaiting, after: string): Promise<readonly ThreePid[]> {
  let page = db
    .selectFrom('invitations')
    .select(['medium', 'address'])
    .distinct()
    .where('state', '=', 'pending')
    .where('address', '>', after)
    .orderBy('address')
    .limit(PAGE)
  if (which === 'stored') {
    page = page.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('directory_entries')
          .select('directory_entries.mxid')
          .whereRef('directory_entries.medium', '=', 'invitations.medium')
          .whereRef('directory_entries.address', '=', 'invitations.address'),
      ),
    )
  }
  return (await page.execute()).map(({ medium, address }) => ({ medium: medium as Medium, address }))
}

/** Asks again inside the transaction, in turn with binds: an address may have got another owner since it was looked up. */
async function resolveChunk(
  storage: Storage,
  runtime: Runtime,
  lookup: Lookup,
  chunk: readonly Mapping[],
): Promise<number> {
  return await storage.transaction(async (tx) => {
    // All in the order of their addresses, as every page is: two processes never wait for each other.
    for (const found of chunk) await takeTurns(tx, addressTurn(found))
    const owners = [...(await lookup.confirmAll(tx, chunk)).values()]
    let resolved = 0
    for (let start = 0; start < owners.length; start += SLICE) {
      await nextTurn()
      resolved += await resolveInvitations(tx, runtime, owners.slice(start, start + SLICE), ['pending'])
    }
    return resolved
  })
}

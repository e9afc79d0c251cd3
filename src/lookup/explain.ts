import type { Asked, AskedBackend } from '../backends/ask.ts'
import type { FoundMapping, Requester } from '../backends/backend.ts'
import { readSyncState } from '../backends/sync/state.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Clock } from '../runtime.ts'
import type { Storage } from '../storage/storage.ts'
import type { Lookup } from './find.ts'

import { currentMapping, type Mapping } from './mappings.ts'
import type { RemoteLookup, RemoteOpinion } from './remote.ts'

/** What one source said about an address. */
export interface Opinion {
  /** `association`, or the id of a backend. */
  readonly source: string
  /** `association`, or the type of the backend. */
  readonly type: string
  /** `storage`: an own association, the list, or the mirror; `directory`: asked live. */
  readonly where: 'storage' | 'directory'
  readonly outcome: 'found' | 'unknown' | 'failed' | 'skipped'
  /** More than one where people of a directory claim the same address. */
  readonly mxids: readonly string[]
  readonly ms: number
  readonly failure: { readonly code: string; readonly message: string; readonly fix: string } | null
  /** For mirrors: when the last sync was taken over, milliseconds since the epoch; null when there was none. */
  readonly syncedAt: number | null
}

export interface Explanation {
  /** What a lookup answers. */
  readonly mapping: Mapping | null
  /** In order of precedence. */
  readonly opinions: readonly Opinion[]
  /** Other servers, in order; none are asked for an address that is known here. */
  readonly remote: readonly RemoteOpinion[]
}

export interface ExplainOptions {
  readonly storage: Storage
  readonly clock: Clock
  readonly lookup: Lookup
  /** As in `LookupOptions`. */
  readonly backends: readonly AskedBackend[]
  readonly sources: readonly string[]
  readonly remote?: RemoteLookup | null
}

/** Asks everybody, also those whom a lookup would not need to ask, and tells what each one said. */
export async function explainLookup(
  { storage, clock, lookup, backends, sources, remote = null }: ExplainOptions,
  address: ThreePid,
  requester: Requester | null,
): Promise<Explanation> {
  const mapping = await lookup.findOne(address, requester)
  const asked = backends.map((backend) => [
    ...(sources.includes(backend.id) ? [ofMirror(backend)] : []),
    ...(backend.config.type === 'list' ? [] : [ofDirectory(backend)]),
  ])
  const opinions = await Promise.all([ofAssociations(), ...asked.flat()])

  async function ofAssociations(): Promise<Opinion> {
    const begun = clock.now()
    const found = await currentMapping(storage.db, address, [], begun)
    return stored('association', 'association', found === null ? [] : [found.mxid], begun, null)
  }

  /** Everybody who claims the address in a list or mirror, also where an association covers it. */
  async function ofMirror({ id, config }: AskedBackend): Promise<Opinion> {
    const begun = clock.now()
    const rows = await storage.db
      .selectFrom('directory_entries')
      .select('mxid')
      .distinct()
      .where('source', '=', id)
      .where('medium', '=', address.medium)
      .where('address', '=', address.address)
      .orderBy('mxid')
      .execute()
    const mxids = rows.map(({ mxid }) => mxid)
    const sync = config.type === 'list' ? null : await readSyncState(storage.db, id)
    return stored(id, config.type, mxids, begun, sync?.succeeded_at ?? null)
  }

  function stored(
    source: string,
    type: string,
    mxids: string[],
    begun: number,
    syncedAt: number | null,
  ): Opinion {
    const outcome = mxids.length === 0 ? 'unknown' : 'found'
    const ms = clock.now() - begun
    return { source, type, where: 'storage', outcome, mxids, ms, failure: null, syncedAt }
  }

  async function ofDirectory(backend: AskedBackend): Promise<Opinion> {
    const asked = await backend.ask('lookup', requester, async (directory, asking) => {
      return (await directory.findMappings?.([address], asking)) ?? []
    })
    const base = {
      source: backend.id,
      type: backend.config.type,
      where: 'directory',
      syncedAt: null,
    } as const
    return { ...base, ...asOutcome(asked) }
  }

  const isKnownHere = opinions.some(({ outcome }) => outcome === 'found')
  const elsewhere = remote === null || isKnownHere ? [] : await remote.explain(address)
  return { mapping, opinions, remote: elsewhere }
}

function asOutcome(
  asked: Asked<readonly FoundMapping[]>,
): Pick<Opinion, 'outcome' | 'mxids' | 'ms' | 'failure'> {
  if (asked.outcome !== 'answered') {
    const { code, message, fix } = asked.failure
    return { outcome: asked.outcome, mxids: [], ms: asked.ms, failure: { code, message, fix } }
  }
  const mxids = [...new Set(asked.value.map(({ mxid }) => mxid))].toSorted()
  return { outcome: mxids.length === 0 ? 'unknown' : 'found', mxids, ms: asked.ms, failure: null }
}

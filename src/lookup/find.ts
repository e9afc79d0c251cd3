import type { Transaction } from 'kysely'
import type { AskedBackend } from '../backends/ask.ts'
import type { FoundMapping, Requester } from '../backends/backend.ts'
import { inOrder } from '../backends/in-order.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Clock } from '../runtime.ts'
import type { Database } from '../storage/schema.ts'
import type { Storage } from '../storage/storage.ts'
import { currentMapping, currentMappings, mappingKey, type Mapping } from './mappings.ts'
import { isPublished, publishedSources, type Publication } from './publication.ts'
import type { RemoteLookup } from './remote.ts'

export interface LookupOptions {
  readonly storage: Storage
  readonly clock: Clock
  /** All enabled backends with the use `lookup`, in order. */
  readonly backends: readonly AskedBackend[]
  /** Ids of those whose people storage holds (`storedSources`), in order. */
  readonly sources: readonly string[]
  /** What peers may find; null: everything. The same object as long as it says the same. */
  readonly published?: () => Publication | null
  /** Asked last; null: nobody else. */
  readonly remote?: RemoteLookup | null
}

/**
 * Who addresses belong to. The order is: own associations, then the backends as they are configured. What storage holds
 * (the list, mirrors) answers first, so that plain lookups agree with hashed ones and a directory is asked for strangers
 * only:
 * - an address found in storage is the answer, unless a backend that is not mirrored comes before its source: that one
 *   is asked;
 * - an address that storage does not know is asked of every backend, mirrored ones too: its mirror may be minutes old;
 * - an address that nobody here knows is asked of other servers, where the requester may cause that.
 *
 * A peer finds what is published, as if there was nothing else, and never causes a question to other servers.
 */
export interface Lookup {
  /** True when some backend or other server is asked live, so that storage alone does not know everybody. */
  readonly asksOthers: boolean
  /** True when no backend is asked live before a mirror: what storage, or the index over it, holds is the answer. */
  readonly storageDecides: boolean
  /**
   * Mappings of canonical addresses by `mappingKey`; addresses nobody knows are absent. A backend that fails counts as
   * not knowing. Of a very long list only the first `LIVE_ADDRESSES` unknown ones are asked of directories.
   */
  find(addresses: readonly ThreePid[], requester: Requester | null): Promise<Map<string, Mapping>>
  findOne(address: ThreePid, requester: Requester | null): Promise<Mapping | null>
  /**
   * `found` once more, within a transaction that takes turns with binds: an association made meanwhile wins. The
   * requester is the one for whom it was found.
   */
  confirm(
    tx: Transaction<Database>,
    address: ThreePid,
    found: Mapping | null,
    requester?: Requester | null,
  ): Promise<Mapping | null>
  /** The same for many that were found for Signpost itself, by `mappingKey`. */
  confirmAll(tx: Transaction<Database>, found: readonly Mapping[]): Promise<ReadonlyMap<string, Mapping>>
}

/** Most addresses of one request that directories are asked for. */
export const LIVE_ADDRESSES = 500
/** Addresses in one question to a backend, whose time limit is made for questions, not for listings. */
const QUESTION = 100

export function createLookup(options: LookupOptions): Lookup {
  const { clock, remote = null } = options
  const asksDirectories = options.backends.some(({ config }) => config.type !== 'list')
  const everything = viewOf(options, options.backends, options.sources)
  const part = publishedViews(options)

  /** What is published to this requester; null: everything. */
  const publicationFor = (requester: Requester | null) =>
    requester?.kind === 'peer' ? (options.published?.() ?? null) : null

  async function find(
    addresses: readonly ThreePid[],
    requester: Requester | null,
  ): Promise<Map<string, Mapping>> {
    const publication = publicationFor(requester)
    if (publication !== null) {
      const asked = addresses.filter((address) => isPublished(publication, address))
      return await part(publication)(asked, requester)
    }
    const found = await everything(addresses, requester)
    const open = addresses.filter((address) => !found.has(mappingKey(address)))
    const mayAsk = remote !== null && requester?.kind !== 'peer' && remote.allows(requester)
    if (!mayAsk || open.length === 0) return found
    const elsewhere = await remote.find(open.slice(0, LIVE_ADDRESSES), requester)
    for (const [key, mapping] of elsewhere) found.set(key, mapping)
    return found
  }

  async function findOne(address: ThreePid, requester: Requester | null): Promise<Mapping | null> {
    return (await find([address], requester)).get(mappingKey(address)) ?? null
  }

  return {
    get asksOthers() {
      return asksDirectories || remote?.asksAnybody === true
    },
    storageDecides: options.backends.every(
      ({ id, config }) => config.type === 'list' || options.sources.includes(id),
    ),
    find,
    findOne,
    async confirm(tx, address, found, requester = null) {
      const publication = publicationFor(requester)
      if (publication !== null && !isPublished(publication, address)) return null
      const sources = publishedSources(publication, options.sources)
      const associations = publication?.associations ?? true
      const stored = await currentMapping(tx, address, sources, clock.now(), associations)
      return stillValid(found, stored, sources)
    },
    async confirmAll(tx, found) {
      const { sources } = options
      const stored = await currentMappings(tx, found, sources, clock.now())
      const confirmed = found.flatMap(
        (each) => stillValid(each, stored.get(mappingKey(each)) ?? null, sources) ?? [],
      )
      return new Map(confirmed.map((each) => [mappingKey(each), each]))
    },
  }
}

/** What was found in storage is what storage says now; what others said gives way to an association only. */
function stillValid(
  found: Mapping | null,
  stored: Mapping | null,
  sources: readonly string[],
): Mapping | null {
  const wasStored = found === null || found.source === 'association' || sources.includes(found.source)
  return wasStored || stored?.source === 'association' ? stored : found
}

type View = (addresses: readonly ThreePid[], requester: Requester | null) => Promise<Map<string, Mapping>>

/** What peers get to see: published sources, as if there were no others. The view of the latest publication is kept. */
function publishedViews(options: LookupOptions): (publication: Publication) => View {
  let kept: { readonly publication: Publication; readonly view: View } | null = null
  return (publication) => {
    if (kept?.publication === publication) return kept.view
    const ids = publishedSources(
      publication,
      options.backends.map(({ id }) => id),
    )
    const backends = options.backends.filter(({ id }) => ids.includes(id))
    const sources = publishedSources(publication, options.sources)
    kept = { publication, view: viewOf(options, backends, sources, publication.associations) }
    return kept.view
  }
}

/** Storage and directories, without anybody else. */
function viewOf(
  { storage, clock }: LookupOptions,
  backends: readonly AskedBackend[],
  sources: readonly string[],
  associations = true,
): View {
  const live = backends.filter(({ config }) => config.type !== 'list')
  const ranks = new Map(backends.map(({ id }, rank) => [id, rank]))
  const isMirrored = (backend: AskedBackend) => sources.includes(backend.id)

  /** Whether a backend can still change the answer for an address of which storage says `stored`. */
  function isAsked(backend: AskedBackend, stored: Mapping | undefined): boolean {
    if (stored === undefined) return true
    if (stored.source === 'association' || isMirrored(backend)) return false
    return (ranks.get(backend.id) ?? 0) < (ranks.get(stored.source) ?? 0)
  }

  async function ask(
    addresses: readonly ThreePid[],
    stored: ReadonlyMap<string, Mapping>,
    requester: Requester | null,
  ): Promise<readonly Mapping[]> {
    /** Addresses that `backend` is asked for, once those before it have answered. */
    const openFor = (backend: AskedBackend, answers: readonly Answers[]) =>
      addresses.filter((address) => {
        const key = mappingKey(address)
        return isAsked(backend, stored.get(key)) && !answers.some((each) => each.has(key))
      })
    const answers = await inOrder(
      live,
      (backend, before: readonly (Answers | null)[]) => {
        const known = before.filter((each) => each !== null)
        return askOne(backend, openFor(backend, known), requester)
      },
      (known) => live.slice(known.length).every((backend) => openFor(backend, known).length === 0),
    )
    return addresses.flatMap((address) => {
      const key = mappingKey(address)
      return answers.find((each) => each?.has(key) === true)?.get(key) ?? []
    })
  }

  return async (addresses, requester) => {
    const stored = await currentMappings(storage.db, addresses, sources, clock.now(), associations)
    const open = addresses.filter((address) =>
      live.some((one) => isAsked(one, stored.get(mappingKey(address)))),
    )
    for (const page of pagesOf(open.slice(0, LIVE_ADDRESSES))) {
      for (const mapping of await ask(page, stored, requester)) stored.set(mappingKey(mapping), mapping)
    }
    return stored
  }
}

type Answers = ReadonlyMap<string, Mapping>

async function askOne(
  backend: AskedBackend,
  addresses: readonly ThreePid[],
  requester: Requester | null,
): Promise<Answers> {
  if (addresses.length === 0) return new Map()
  const asked = await backend.ask('lookup', requester, async (directory, asking) => {
    return (await directory.findMappings?.(addresses, asking)) ?? []
  })
  return asked.outcome === 'answered' ? pickMappings(asked.value, backend.id) : new Map()
}

/** One answer an address: of several people the smallest Matrix ID, as in a mirror. */
export function pickMappings(found: readonly FoundMapping[], source: string): Answers {
  const picked = new Map<string, Mapping>()
  for (const { medium, address, mxid } of found) {
    const mapping = { medium, address, mxid, source, boundAt: null, notBefore: null, notAfter: null }
    const former = picked.get(mappingKey(mapping))
    if (former === undefined || comesBefore(mxid, former.mxid)) picked.set(mappingKey(mapping), mapping)
  }
  return picked
}

/** Byte order, as the databases compare. */
function comesBefore(one: string, other: string): boolean {
  return Buffer.compare(Buffer.from(one), Buffer.from(other)) < 0
}

function* pagesOf(addresses: readonly ThreePid[]): Generator<readonly ThreePid[]> {
  for (let start = 0; start < addresses.length; start += QUESTION)
    yield addresses.slice(start, start + QUESTION)
}

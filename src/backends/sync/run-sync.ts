import { setTimeout as sleep } from 'node:timers/promises'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Backend, ListPage } from '../backend.ts'
import { asBackendFailure, BackendFailure } from '../failure.ts'
import type { BackendConfig } from '../sections.ts'
import { syncSettings } from '../mirrored.ts'
import { countMirror } from './conflicts.ts'
import type { ListedPerson } from '../person.ts'
import { digestOf } from './digest.ts'
import { knownPeople, removePeople, storePeople } from './mirror.ts'
import { openSpool, type ChangedPerson, type Spool } from './spool.ts'
import { readSyncState, settingsDigest, updateSyncState, type SyncFailure, type SyncState } from './state.ts'

export interface SyncOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly backend: Backend
  readonly config: BackendConfig
  /** The Matrix domain. */
  readonly domain: string
  /** Read everything, whatever the cursor says. */
  readonly full: boolean
  /** The operator has confirmed that many people may disappear. */
  readonly acceptRemovals: boolean
  readonly signal: AbortSignal
  /** Told after each page of the listing how many people it named so far. */
  readonly progress?: (read: number) => void
}

export interface SyncResult {
  readonly full: boolean
  readonly added: number
  readonly changed: number
  readonly removed: number
  readonly people: number
  readonly addresses: number
  readonly rejected: number
  readonly conflicts: number
}

export type SyncOutcome =
  { readonly ok: true; readonly result: SyncResult } | { readonly ok: false; readonly failure: SyncFailure }

/** People per transaction. Other writers wait for one of them, some milliseconds. */
const WRITE_PAGE = 500
/** Up to this many may leave at once, as long as somebody stays. */
const FEW_PEOPLE = 20

/**
 * Brings the mirror of a directory up to date. First the whole listing is read and compared, then what differs is
 * written, some hundred people at a time. A listing that fails changes nothing; one that was read whole is taken over
 * page by page, so that a crash in between leaves a mix of two true states, which the next sync completes.
 * Never throws for what the directory does: the outcome is kept in `directory_syncs` and returned.
 */
export async function runSync(options: SyncOptions): Promise<SyncOutcome> {
  const { storage, runtime, config } = options
  const { id } = config
  const before = await readSyncState(storage.db, id)
  await updateSyncState(storage.db, id, { started_at: runtime.clock.now() })
  const spool = openSpool()
  try {
    const result = await syncInto(spool, options, before)
    runtime.log.info({ backend: id, ...result }, 'synced a directory')
    return { ok: true, result }
  } catch (error) {
    const { code, message, fix } = asBackendFailure(error)
    const failure: SyncFailure = { code, message, fix }
    const failures = (before?.failures ?? 0) + 1
    await updateSyncState(storage.db, id, {
      finished_at: runtime.clock.now(),
      failure: JSON.stringify(failure),
      failures,
    })
    // The first one is news; the state has them all.
    const log = failures === 1 ? runtime.log.warn : runtime.log.debug
    log.call(runtime.log, { backend: id, ...failure }, 'a directory could not be synced')
    return { ok: false, failure }
  } finally {
    spool.close()
  }
}

async function syncInto(spool: Spool, options: SyncOptions, before: SyncState | null): Promise<SyncResult> {
  const { storage, runtime, config, domain } = options
  const settings = settingsDigest(config, domain)
  const since = before?.settings === settings && wantsChangesOnly(options, before) ? before.cursor : null
  const known = await knownPeople(storage.db, config.id)
  const { end, gone, added, changed } = await readListing(spool, options, known, since)
  refuseMassRemoval(options, known.size, gone.length)
  await takeOver(spool, options, gone)

  const counts = await countsNow(options, before, spool.size + gone.length > 0)
  const now = runtime.clock.now()
  const removed = gone.length
  await updateSyncState(storage.db, config.id, {
    settings,
    cursor: end.cursor,
    finished_at: now,
    succeeded_at: now,
    ...(end.incremental ? {} : { full_at: now }),
    failure: null,
    failures: 0,
    added,
    changed,
    removed,
    ...counts,
  })
  return { full: !end.incremental, added, changed, removed, ...counts }
}

function wantsChangesOnly({ full, config, runtime }: SyncOptions, before: SyncState): boolean {
  const settings = syncSettings(config)
  if (full || before.full_at === null || settings === null) return false
  return runtime.clock.now() < before.full_at + settings.fullEvery
}

interface Listing {
  readonly end: Extract<ListPage, { type: 'end' }>
  /** Keys of the mirror that the directory no longer has. */
  readonly gone: readonly string[]
  readonly added: number
  readonly changed: number
}

/** Reads a listing to its end; who is new or differs from `known` lands in the spool. */
async function readListing(
  spool: Spool,
  { backend, config, signal, progress = () => {} }: SyncOptions,
  known: ReadonlyMap<string, string>,
  since: string | null,
): Promise<Listing> {
  if (backend.listPeople === undefined) {
    throw new BackendFailure(
      'configuration',
      `The backend "${config.id}" cannot list its people.`,
      'Set what its listing needs, or sync.enabled: false.',
    )
  }
  const seen = new Set<string>()
  let end: Listing['end'] | null = null
  for await (const page of backend.listPeople({ since, isKnown: (key) => known.has(key), signal })) {
    signal.throwIfAborted()
    if (page.type === 'end') end = page
    else if (page.type === 'present') for (const key of page.keys) seen.add(key)
    else {
      const read = page.people.map(asChanged)
      spool.put(read.filter(({ key, digest }) => known.get(key) !== digest))
      for (const { key } of read) seen.add(key)
    }
    progress(seen.size)
  }
  if (end === null) {
    throw new BackendFailure('protocol', 'The listing ended half-way.', 'Try again; the log has more.')
  }
  let added = 0
  for (const page of spool.pages(WRITE_PAGE)) added += page.filter(({ key }) => !known.has(key)).length
  const gone = [...known.keys()].filter((key) => !seen.has(key))
  return { end, gone, added, changed: spool.size - added }
}

/** Without its record: what stands in the directory besides what was read is no business of the mirror. */
const asChanged = (listed: ListedPerson): ChangedPerson => {
  const { key, person, rejections } = listed
  return { key, person, rejections, digest: digestOf(listed) }
}

/** A directory that suddenly knows (nearly) nobody is more likely broken than deserted. */
function refuseMassRemoval({ config, acceptRemovals }: SyncOptions, known: number, gone: number): void {
  const settings = syncSettings(config)
  if (acceptRemovals || settings === null || gone === 0) return
  // A login that lost its rights sees an empty directory, not an error.
  const isEmpty = gone === known
  if (!isEmpty && (gone <= FEW_PEOPLE || gone < (known * settings.stopAtRemoved) / 100)) return
  throw new BackendFailure(
    'protocol',
    `${gone} of ${known} people would disappear, so nothing was changed.`,
    `Check the directory and what its login may read. If it is right: signpost backend sync ${config.id} --accept-removals`,
  )
}

async function takeOver(spool: Spool, options: SyncOptions, gone: readonly string[]): Promise<void> {
  const { storage, config, signal } = options
  const inTransaction = async (work: Parameters<Storage['transaction']>[0]) => {
    signal.throwIfAborted()
    const begun = performance.now()
    await storage.transaction(work)
    // SQLite lets no writer wait in a queue: without a pause as long as the work, the server might not get its turn.
    await sleep(performance.now() - begun)
  }
  for (const people of spool.pages(WRITE_PAGE)) {
    await inTransaction((tx) => storePeople(tx, config.id, people))
  }
  for (let start = 0; start < gone.length; start += WRITE_PAGE) {
    await inTransaction((tx) => removePeople(tx, config.id, gone.slice(start, start + WRITE_PAGE)))
  }
}

/** Counting reads the whole mirror, so a sync that changed nothing keeps the former numbers. */
async function countsNow({ storage, config }: SyncOptions, before: SyncState | null, differs: boolean) {
  if (!differs && before !== null && before.succeeded_at !== null) {
    const { people, addresses, rejected, conflicts } = before
    return { people, addresses, rejected, conflicts }
  }
  return await countMirror(storage.db, config.id)
}

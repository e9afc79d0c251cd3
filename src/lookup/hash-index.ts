import type { Runtime } from '../runtime.ts'
import { acquireLease, releaseLease } from '../storage/leases.ts'
import type { Storage } from '../storage/storage.ts'
import { buildTable, MANY_MAPPINGS } from './build.ts'
import type { BuiltTable } from './fill-table.ts'
import { createFollower } from './follower.ts'
import type { Generation } from './generation.ts'
import type { MappingSource } from './mapping-source.ts'
import { countMappings } from './mappings.ts'
import { latestPeppers, newPepper, publishPepper, type Pepper } from './peppers.ts'
import { publishedSources, type Publication } from './publication.ts'

export interface HashIndexOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  /** How a build thread opens the same database. */
  readonly source: MappingSource
  /** Ids of the enumerable backends, in order of precedence. */
  readonly backends: () => readonly string[]
  /** Holds only what is published; absent: everything. */
  readonly publication?: Publication
  /** Milliseconds. */
  readonly rotateEvery: () => number
  readonly grace: () => number
  /** Names this process in the lease of the rotation. */
  readonly processId: string
}

/**
 * The hashed view of every enumerable mapping. One table per pepper generation stands in memory: the current one, and
 * for the grace time the previous one. Both follow the change sequence in storage, so that a committed bind is found
 * by the next lookup, and so that several processes on one database agree.
 */
export interface HashIndex {
  /** Reads or creates the pepper and begins the first build, unless a lookup has begun it. Lookups wait for it. */
  start(): void
  /** The generation that `hash_details` names; waits for the first build only. */
  current(): Generation | Promise<Generation>
  /** The generation of a pepper a client sent, or null when that pepper is not (or no longer) valid. */
  forPepper(pepper: string): Generation | null | Promise<Generation | null>
  /** Applies every mapping change committed before the call. */
  catchUp(): Promise<void>
  /** Changes the pepper at once; the previous one answers for the grace time. */
  rotate(): Promise<void>
  /** Periodic duty: adopt a pepper that another process published, rotate when due, drop what is out of grace. */
  maintain(): Promise<void>
  /** Waits for builds under way, so that the database can be closed. */
  stop(): Promise<void>
  stats(): { generation: number; mappings: number; bytes: number; seq: number } | null
}

/** Longest a rotation may take before another process may try. */
const ROTATION_LEASE_MS = 10 * 60_000

export function createHashIndex(options: HashIndexOptions): HashIndex {
  const { storage, runtime, publication = null } = options
  const backends = () => publishedSources(publication, options.backends())
  let current: Generation | null = null
  let previous: Generation | null = null
  /** Built, but not yet named to anybody: it has to catch up before the first client can ask it. */
  let incoming: Generation | null = null
  let first: Promise<Generation> | null = null
  let adopting: Promise<void> | null = null
  let changing: Promise<void> = Promise.resolve()
  const { catchUp, settled } = createFollower({
    db: storage.db,
    runtime,
    backends,
    publication,
    generations: () => [current, previous, incoming].filter((each) => each !== null),
    build: tableFor,
  })

  /** One change of generation after the other: `incoming` must not be taken for the table of another pepper. */
  function inTurn(change: () => Promise<void>): Promise<void> {
    const turn = changing.then(change)
    changing = turn.catch(() => undefined)
    return turn
  }

  async function tableFor({ pepper }: Pepper): Promise<BuiltTable> {
    const order = { source: options.source, pepper, backends: [...backends()], publication }
    const expected = await countMappings(storage.db, MANY_MAPPINGS)
    return await buildTable({ ...order, now: runtime.clock.now() }, expected)
  }

  async function build(pepper: Pepper): Promise<Generation> {
    return { ...pepper, ...(await tableFor(pepper)) }
  }

  async function firstBuild(): Promise<Generation> {
    const [newest, older] = await latestPeppers(storage.db)
    const pepper = newest ?? (await publishPepper(storage.db, newPepper(runtime), runtime.clock.now()))
    incoming = await build(pepper)
    if (older !== undefined && inGrace(pepper)) previous = await build(older)
    await catchUp()
    current = incoming
    incoming = null
    return current
  }

  function begin(): Promise<Generation> {
    if (first === null) {
      first = firstBuild()
      first.catch((error: unknown) =>
        runtime.log.error({ err: error }, 'the lookup index could not be built'),
      )
    }
    return first
  }

  const inGrace = (newest: Pepper) => runtime.clock.now() < newest.createdAt + options.grace()

  /** Makes a finished generation the current one. From here to the end of grace there are two. */
  function adopt(pepper: Pepper): void {
    previous = current
    current = incoming && { ...incoming, ...pepper }
    incoming = null
    runtime.log.info(
      { generation: pepper.generation, mappings: current?.table.count },
      'the pepper was rotated',
    )
  }

  async function prepare(pepper: Pepper): Promise<void> {
    const begun = runtime.clock.now()
    incoming = await build(pepper)
    await catchUp()
    runtime.log.info({ buildMs: runtime.clock.now() - begun }, 'the table of another pepper is ready')
  }

  /** Builds and adopts the newest published pepper when it is not ours yet: another process rotated. */
  async function adoptPublished(): Promise<boolean> {
    const [newest] = await latestPeppers(storage.db)
    if (newest === undefined || current === null || newest.generation <= current.generation) return false
    await prepare(newest)
    adopt(newest)
    return true
  }

  /** One adoption at a time, shared by the timer and by requests that already know the new pepper. */
  function adoptOnce(): Promise<void> {
    adopting ??= inTurn(async () => void (await adoptPublished())).finally(() => {
      adopting = null
    })
    return adopting
  }

  async function rotate(): Promise<void> {
    const { log } = runtime
    if (!(await acquireLease(storage, runtime, 'pepper-rotation', options.processId, ROTATION_LEASE_MS))) {
      log.info({}, 'another process is rotating the pepper')
      return
    }
    try {
      await first
      // The lease may have come from a process that has just rotated.
      if (await adoptPublished()) return
      const pepper = newPepper(runtime)
      await prepare({ generation: -1, pepper, createdAt: 0 })
      adopt(await publishPepper(storage.db, pepper, runtime.clock.now()))
    } finally {
      await releaseLease(storage, 'pepper-rotation', options.processId)
    }
  }

  return {
    start: () => void begin(),
    current: () => current ?? begin(),
    forPepper: (pepper) => known(pepper) ?? unknownPepper(pepper),
    catchUp,
    rotate: () => inTurn(rotate),
    maintain: async () => {
      // A first build that failed (the database was away) is tried again.
      first = begin().catch(firstBuild)
      await first
      await adoptOnce()
      await catchUp()
      if (current === null) return
      if (previous !== null && !inGrace(current)) previous = null
      if (runtime.clock.now() >= current.createdAt + options.rotateEvery()) await inTurn(rotate)
    },
    stop: async () => {
      await Promise.allSettled([first, changing, settled()])
    },
    stats: () =>
      current && {
        generation: current.generation,
        mappings: current.table.count,
        bytes: current.table.bytes + (previous?.table.bytes ?? 0),
        seq: current.seq,
      },
  }

  function known(pepper: string): Generation | null {
    if (current?.pepper === pepper) return current
    return previous?.pepper === pepper && current !== null && inGrace(current) ? previous : null
  }

  /** The first build may be under way, or another process may have published this pepper a moment ago. */
  async function unknownPepper(pepper: string): Promise<Generation | null> {
    await begin()
    if (known(pepper) === null) {
      const [newest] = await latestPeppers(storage.db)
      if (newest?.pepper === pepper) await adoptOnce()
    }
    // Asked anew: an even newer pepper may have been adopted instead.
    return known(pepper)
  }
}

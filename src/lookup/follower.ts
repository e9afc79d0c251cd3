import { setImmediate as breathe } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Medium } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import { changesPrunedThrough, latestChange, readMappingChanges } from '../storage/mapping-changes.ts'
import type { Database } from '../storage/schema.ts'
import type { BuiltTable } from './fill-table.ts'
import { putMapping, type Generation } from './generation.ts'
import { currentMappings, mappingKey } from './mappings.ts'
import type { Pepper } from './peppers.ts'
import { isPublished, type Publication } from './publication.ts'

export interface FollowerOptions {
  readonly db: Kysely<Database>
  readonly runtime: Runtime
  readonly backends: () => readonly string[]
  /** As in `BuildOrder`. */
  readonly publication: Publication | null
  /** What has to be kept up to date, as it stands at this moment. */
  readonly generations: () => readonly Generation[]
  readonly build: (pepper: Pepper) => Promise<BuiltTable>
}

/** Keeps tables in step with the change sequence in storage. */
export interface Follower {
  /** Applies every mapping change committed before the call. */
  catchUp(): Promise<void>
  /** Waits for the run under way. Never rejects. */
  settled(): Promise<void>
}

const CHANGE_PAGE = 500
/** Of a first sync of a directory: reading everything anew in a thread is cheaper than following one by one. */
const MANY_CHANGES = 20_000

export function createFollower(options: FollowerOptions): Follower {
  const { db, runtime } = options
  let following: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null

  async function follow(): Promise<void> {
    for (;;) {
      const generations = options.generations()
      if (generations.length === 0) return
      const after = Math.min(...generations.map((each) => each.seq))
      const changes = await readMappingChanges(db, after, CHANGE_PAGE)
      const [next] = changes
      const last = changes.at(-1)
      if (next === undefined || last === undefined) return
      // A full page may be the beginning of very many.
      const farBehind = changes.length < CHANGE_PAGE ? 0 : (await latestChange(db)) - MANY_CHANGES
      if (await rebuildOlder(generations, farBehind)) continue
      // Purging leaves the newest change, so whoever missed some sees a gap. On PostgreSQL a rollback leaves one, too.
      if (next.seq > after + 1 && (await rebuildOlder(generations, await changesPrunedThrough(db)))) continue
      await applyChanges(options, changes, generations)
      for (const generation of generations) generation.seq = Math.max(generation.seq, last.seq)
      // The database answers within this turn of the event loop: without a break, requests would wait for all pages.
      await breathe()
    }
  }

  /** Builds those afresh that have followed less far than `seq`. False when there are none. */
  async function rebuildOlder(generations: readonly Generation[], seq: number): Promise<boolean> {
    const stale = generations.filter((each) => each.seq < seq)
    for (const generation of stale) {
      const built = await options.build(generation)
      generation.table = built.table
      generation.seq = built.seq
      runtime.log.info(
        { generation: generation.generation },
        'the lookup index had fallen behind and was built afresh',
      )
    }
    return stale.length > 0
  }

  return {
    catchUp() {
      // A run that has not begun yet will see everything committed before this call: share it.
      waiting ??= following.then(async () => {
        waiting = null
        await follow()
      })
      following = waiting.catch(() => undefined)
      return waiting
    },
    settled: () => following,
  }
}

async function applyChanges(
  { db, runtime, backends, publication }: FollowerOptions,
  changes: readonly { medium: string; address: string }[],
  generations: readonly Generation[],
): Promise<void> {
  const addresses = changes
    .map(({ medium, address }) => ({ medium: medium as Medium, address }))
    .filter((address) => publication === null || isPublished(publication, address))
  const associations = publication?.associations ?? true
  const mappings = await currentMappings(db, addresses, backends(), runtime.clock.now(), associations)
  for (const address of addresses) {
    const mxid = mappings.get(mappingKey(address))?.mxid ?? null
    for (const generation of generations) putMapping(generation, address.medium, address.address, mxid)
  }
}

import { HashTable } from './hash-table.ts'
import type { Generation } from './generation.ts'
import { createHashIndex, type HashIndex, type HashIndexOptions } from './hash-index.ts'
import { publishesNothing, type Publication } from './publication.ts'

/** The hash index, and beside it what strangers see of it. */
export interface LookupIndex extends HashIndex {
  /** As `forPepper`, but the generation holds only what is published. */
  forPeers(pepper: string): Generation | null | Promise<Generation | null>
}

export interface LookupIndexOptions extends Omit<HashIndexOptions, 'publication'> {
  /** What strangers may find; null: everything. The same object as long as it says the same. */
  readonly published: () => Publication | null
}

/** The whole index, and the index of one publication. */
interface Part {
  readonly publication: Publication
  readonly index: HashIndex
}

/**
 * Strangers get a second index with the peppers of the first. It stands only where something is not published, from the
 * first question of a stranger on, and is given up when the publication changes.
 */
export function createLookupIndex({ published, ...options }: LookupIndexOptions): LookupIndex {
  const whole = createHashIndex(options)
  const empty = new HashTable()
  let part: Part | null = null
  const stopping = new Set<Promise<void>>()

  function indexOf(publication: Publication): HashIndex {
    if (part?.publication === publication) return part.index
    retirePart()
    const runtime = { ...options.runtime, log: options.runtime.log.child({ index: 'published' }) }
    // The whole index rotates the pepper; this one adopts it.
    const index = createHashIndex({ ...options, runtime, publication, rotateEvery: () => Infinity })
    part = { publication, index }
    return index
  }

  function retirePart(): void {
    if (part === null) return
    const stopped = part.index.stop()
    part = null
    stopping.add(stopped)
    void stopped.finally(() => stopping.delete(stopped))
  }

  async function publishedPart(publication: Publication, pepper: string): Promise<Generation | null> {
    // First the whole index, so that a wrong pepper builds nothing.
    const known = await whole.forPepper(pepper)
    if (known === null) return null
    return publishesNothing(publication)
      ? { ...known, table: empty }
      : await indexOf(publication).forPepper(pepper)
  }

  return {
    ...whole,
    forPeers(pepper) {
      const publication = published()
      return publication === null ? whole.forPepper(pepper) : publishedPart(publication, pepper)
    },
    async catchUp() {
      await Promise.all([whole.catchUp(), part?.index.catchUp()])
    },
    async maintain() {
      await whole.maintain()
      if (part !== null && part.publication !== published()) retirePart()
      await part?.index.maintain()
    },
    async stop() {
      retirePart()
      await Promise.all([whole.stop(), ...stopping])
    },
    stats() {
      const stats = whole.stats()
      return stats && { ...stats, bytes: stats.bytes + (part?.index.stats()?.bytes ?? 0) }
    },
  }
}

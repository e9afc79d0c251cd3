import { LRUCache } from 'lru-cache'
import type { Config } from '../config/schema.ts'
import { mappingKey } from '../lookup/mappings.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Clock } from '../runtime.ts'
import type { PeerAnswers } from './peer.ts'

export type CacheSettings = Config['federation']['outbound']['cache']

/** What other servers answered lately, found or not. */
export interface AnswerCache {
  /** The Matrix ID that a source named for an address, null when it knew nobody; undefined when it has to be asked. */
  get(source: string, address: ThreePid): string | null | undefined
  /** Remembers what a source answered to a question for `addresses`. */
  put(source: string, addresses: readonly ThreePid[], answers: PeerAnswers): void
}

export function createAnswerCache(settings: CacheSettings, clock: Clock): AnswerCache {
  const cache = new LRUCache<string, { readonly mxid: string | null; readonly until: number }>({
    max: settings.maxEntries,
  })
  const keyOf = (source: string, address: ThreePid) => `${source}\n${mappingKey(address)}`
  return {
    get(source, address) {
      const entry = cache.get(keyOf(source, address))
      return entry !== undefined && clock.now() < entry.until ? entry.mxid : undefined
    },
    put(source, addresses, answers) {
      const now = clock.now()
      for (const address of addresses) {
        const answer = answers.get(mappingKey(address))
        const until = now + (answer === undefined ? settings.notFound : settings.found)
        cache.set(keyOf(source, address), {
          mxid: answer?.mxid ?? null,
          until: Math.min(until, answer?.until ?? until),
        })
      }
    },
  }
}

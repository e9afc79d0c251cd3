import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { mappingKey, type Mapping } from '../lookup/mappings.ts'
import { canonicalAddress, type Medium, type ThreePid } from '../matrix/threepid.ts'
import type { PeerAsker, PeerQuestion } from './ask-peer.ts'
import { inParallel } from './in-parallel.ts'
import { isMissing, readAnswer, type PeerClient } from './peer-client.ts'
import type { Peer, PeerAnswer } from './peer.ts'
import type { RemoteSource } from './remote-source.ts'
import { readPlainAssociation } from './v1-answer.ts'
import { singlePath } from './v1-lookup.ts'

export interface BridgesOptions {
  readonly config: Config['federation']['bridges']
  readonly client: PeerClient
  readonly asker: PeerAsker
}

const AT_ONCE = 8

/** Bridges to other networks, asked in clear as mxisd asked them; null when there is none. */
export function createBridges({ config, client, asker }: BridgesOptions): RemoteSource | null {
  const urlFor = (medium: Medium): string | null => config.mediums[medium] ?? config.url
  if (urlFor('email') === null && urlFor('msisdn') === null) return null

  async function askOne(peer: Peer, address: ThreePid, signal: AbortSignal): Promise<PeerAnswer | null> {
    const response = await client.ask(peer, { path: singlePath(address), signal })
    // The bridges of the mxisd days say so when they know nobody.
    if (isMissing(response)) return null
    return readPlainAssociation(readAnswer(response, z.looseObject({}), 'The lookup'), address)
  }

  function questionTo(url: string): PeerQuestion {
    const peer: Peer = { name: url, urls: [url], trust: 'operator' }
    return {
      kind: 'bridge',
      source: `bridge ${url}`,
      async ask(addresses, signal) {
        const answers = await inParallel(addresses, AT_ONCE, async (address) => {
          const answer = await askOne(peer, address, signal)
          return answer === null ? [] : [[mappingKey(address), answer] as const]
        })
        return { answers: new Map(answers.flat()), detail: `Asked ${url}, v1 lookup in clear.` }
      },
    }
  }

  return {
    label: 'bridge',
    async find(addresses, asking) {
      const found = new Map<string, Mapping>()
      const canonical = addresses.filter(
        ({ medium, address }) => canonicalAddress(medium, address) === address,
      )
      for (const [url, group] of Map.groupBy(canonical, ({ medium }) => urlFor(medium))) {
        if (url === null) continue
        for (const [key, mapping] of await asker.find(questionTo(url), group, asking)) found.set(key, mapping)
      }
      return found
    },
    async explain(address) {
      const url = urlFor(address.medium)
      return url === null ? null : await asker.explain(questionTo(url), address)
    },
  }
}

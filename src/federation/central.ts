import type { Config } from '../config/schema.ts'
import { canonicalAddress, type ThreePid } from '../matrix/threepid.ts'
import type { PeerAsker, PeerQuestion } from './ask-peer.ts'
import { PeerFailure } from './peer-failure.ts'
import type { Peer } from './peer.ts'
import type { Protocol } from './protocol.ts'
import type { RemoteSource } from './remote-source.ts'

export type CentralConfig = Config['federation']['central'][number]

export interface CentralOptions {
  readonly config: CentralConfig
  /** Null without an account: then no central server can be asked. */
  readonly v2: Protocol | null
  readonly asker: PeerAsker
}

/** An identity server that the operator named, asked for hashes of whatever nobody else knows. */
export function createCentral({ config, v2, asker }: CentralOptions): RemoteSource {
  const peer = centralPeer(config)
  const label = `central ${config.url}`
  const question: PeerQuestion = {
    kind: 'central',
    source: label,
    async ask(addresses, signal) {
      if (v2 === null) throw noAccount()
      const answers = await v2.lookup(peer, addresses, signal)
      return { answers, detail: `Asked ${config.url}, hashed v2 lookup.` }
    },
  }
  const isFor = ({ medium, address }: ThreePid) =>
    config.mediums.includes(medium) && canonicalAddress(medium, address) === address

  return {
    label,
    async find(addresses, asking) {
      const asked = addresses.filter(isFor)
      return asked.length === 0 ? new Map() : await asker.find(question, asked, asking)
    },
    explain: async (address) => (isFor(address) ? await asker.explain(question, address) : null),
  }
}

export function centralPeer({ url }: CentralConfig): Peer {
  return { name: url, urls: [url], trust: 'operator' }
}

export function noAccount(): PeerFailure {
  return new PeerFailure(
    'account',
    'It is asked through an account, and none is configured.',
    'Set federation.account.userId and federation.account.accessToken.',
  )
}

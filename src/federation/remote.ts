import type { Requester } from '../backends/backend.ts'
import type { Config } from '../config/schema.ts'
import { mappingKey, type Mapping } from '../lookup/mappings.ts'
import type { RemoteLookup, RemoteOpinion } from '../lookup/remote.ts'
import { MatrixError } from '../matrix/errors.ts'
import { parseUserId } from '../matrix/identifiers.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import { createNetworkList } from '../net/network-list.ts'
import { limitKey } from '../net/limit-key.ts'
import type { RemoteAsking } from './ask-peer.ts'
import type { RemoteSource } from './remote-source.ts'

export interface RemoteLookupOptions {
  readonly config: Config
  /** In the order in which they are asked. */
  readonly sources: readonly RemoteSource[]
  /** Counts the addresses that one requester's questions send to others. Throws MatrixError when too many. */
  readonly budget: { take(key: string, cost?: number): void }
}

/** Somebody who waits, waits this many times the time limit of one question at most. */
const PATIENCE = 3

export function createRemoteLookup({ config, sources, budget }: RemoteLookupOptions): RemoteLookup {
  const { recursion, outbound } = config.federation
  const networks = createNetworkList(recursion.networks)

  function mayClient({ userId, address }: Requester): boolean {
    const isOwn = userId !== null && parseUserId(userId)?.serverName === config.matrix.domain
    return (isOwn && recursion.accounts) || (address !== undefined && networks.contains(address))
  }

  function allows(requester: Requester | null): boolean {
    if (sources.length === 0) return false
    // Signpost itself, and its operator.
    if (requester === null || requester.kind === 'operator') return true
    return requester.kind === 'client' && mayClient(requester)
  }

  function askingOf(requester: Requester | null): RemoteAsking {
    if (requester === null) return { take: () => true, signal: null }
    const signal = AbortSignal.timeout(outbound.timeout * PATIENCE)
    if (requester.kind === 'operator') return { take: () => true, signal }
    const key = requester.userId ?? limitKey(requester.address ?? '')
    return { take: (addresses) => isWithin(() => budget.take(key, addresses)), signal }
  }

  return {
    asksAnybody: sources.length > 0,
    allows,
    async find(addresses, requester) {
      const found = new Map<string, Mapping>()
      if (!allows(requester)) return found
      const asking = askingOf(requester)
      for (const source of sources) {
        const open = addresses.filter((address) => !found.has(mappingKey(address)))
        if (open.length === 0) break
        for (const [key, mapping] of await source.find(open, asking)) found.set(key, mapping)
      }
      return found
    },
    explain: (address) => explain(sources, address),
  }
}

/** In order. Whoever comes after an answer is not asked: it would learn of an address that it need not know. */
async function explain(
  sources: readonly RemoteSource[],
  address: ThreePid,
): Promise<readonly RemoteOpinion[]> {
  const opinions: RemoteOpinion[] = []
  for (const source of sources) {
    const answered = opinions.find(({ outcome }) => outcome === 'found')
    const opinion =
      answered === undefined ? await source.explain(address) : notNeeded(source.label, answered.source)
    if (opinion !== null) opinions.push(opinion)
  }
  return opinions
}

function notNeeded(source: string, before: string): RemoteOpinion {
  return { source, outcome: 'not-asked', mxid: null, ms: 0, detail: `${before} has answered already.` }
}

/** False when the budget is spent. */
function isWithin(take: () => void): boolean {
  try {
    take()
    return true
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === 'M_LIMIT_EXCEEDED') return false
    throw error
  }
}

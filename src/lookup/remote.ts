import type { Requester } from '../backends/backend.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { Mapping } from './mappings.ts'

/** Where addresses are looked for that nobody here knows: identity servers of others, central ones, bridges. */
export interface RemoteLookup {
  /** False where the configuration names nobody to ask. */
  readonly asksAnybody: boolean
  /** Whether a question of this requester may go on to others; null stands for Signpost itself. */
  allows(requester: Requester | null): boolean
  /**
   * Mappings by `mappingKey`; addresses nobody knows are absent. `source` is `federation <domain>`, `central <url>` or
   * `bridge <url>`. Never rejects: who cannot be asked counts as not knowing.
   */
  find(addresses: readonly ThreePid[], requester: Requester | null): Promise<ReadonlyMap<string, Mapping>>
  /** Who was asked for one address and what each said, for operators. */
  explain(address: ThreePid): Promise<readonly RemoteOpinion[]>
}

/** What one other server said. */
export interface RemoteOpinion {
  readonly source: string
  readonly outcome: 'found' | 'unknown' | 'failed' | 'not-asked'
  readonly mxid: string | null
  readonly ms: number
  /** The protocol, the server, why it failed, what to do: a sentence or two. */
  readonly detail: string
}

/** The one of the configuration in force. */
export function followRemote(current: () => RemoteLookup): RemoteLookup {
  return {
    get asksAnybody() {
      return current().asksAnybody
    },
    allows: (requester) => current().allows(requester),
    find: (addresses, requester) => current().find(addresses, requester),
    explain: (address) => current().explain(address),
  }
}

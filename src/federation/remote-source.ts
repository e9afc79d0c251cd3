import type { Mapping } from '../lookup/mappings.ts'
import type { RemoteOpinion } from '../lookup/remote.ts'
import type { ThreePid } from '../matrix/threepid.ts'
import type { RemoteAsking } from './ask-peer.ts'

/** One kind of other servers, in its place in the order. */
export interface RemoteSource {
  /** Mappings by `mappingKey`. Never rejects. */
  find(addresses: readonly ThreePid[], asking: RemoteAsking): Promise<ReadonlyMap<string, Mapping>>
  /** What it says about one address; null when this kind has nothing to do with such addresses. */
  explain(address: ThreePid): Promise<RemoteOpinion | null>
  /** What `explain` says when somebody before it has answered already. */
  readonly label: string
}

import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../../config/schema.ts'
import type { Publication } from '../../lookup/publication.ts'
import { canonicalDomain } from '../../matrix/threepid.ts'

type Inbound = Config['federation']['inbound']

const nothing: Publication = { associations: false, backends: [], domains: new Set(), phones: false }

/** What strangers may find by the configuration in force. It is the same object until it says something else. */
export function createPublished(config: () => Config): () => Publication | null {
  let seen = config().federation.inbound
  let publication = publicationOf(seen)
  return () => {
    const { inbound } = config().federation
    if (inbound !== seen) {
      if (!isDeepStrictEqual(inbound, seen)) publication = publicationOf(inbound)
      seen = inbound
    }
    return publication
  }
}

/** Null where nothing is restricted. */
export function publicationOf({
  enabled,
  domains,
  backends,
  associations,
  phones,
}: Inbound): Publication | null {
  if (!enabled) return nothing
  if (domains.length === 0 && backends === null && associations && phones) return null
  const names = domains.map(canonicalDomain).filter((name) => name !== null)
  return { associations, backends, domains: domains.length === 0 ? null : new Set(names), phones }
}

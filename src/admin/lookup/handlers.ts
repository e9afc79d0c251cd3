import { isUsedFor } from '../../backends/mirrored.ts'
import type { Config } from '../../config/schema.ts'
import type { Directories } from '../../directories.ts'
import { backendsHolding } from '../../directory/mirrors.ts'
import type { FoundPerson } from '../../directory/rank.ts'
import { searchAs } from '../../directory/search-as.ts'
import { createVisibility } from '../../directory/visibility.ts'
import { createPeople } from '../../intercepts/people.ts'
import { explainLookup } from '../../lookup/explain.ts'
import type { RemoteLookup } from '../../lookup/remote.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Handlers } from '../api/serve.ts'
import { needAddress, needUserId } from '../api/typed.ts'
import type { lookupContract } from './contract.ts'

export interface LookupAreaOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly directories: Pick<Directories, 'backends' | 'sources' | 'lookup'>
  /** Who is asked when nobody here knows. */
  readonly remote: () => RemoteLookup
}

const operator = { kind: 'operator', userId: null } as const
const MOST_SEEN = 50

export function createLookupHandlers(options: LookupAreaOptions): Handlers<typeof lookupContract> {
  const { storage, runtime, config, directories } = options
  const { clock } = runtime
  const { backends, sources, lookup } = directories
  const visible = createVisibility({
    groups: () => config().directory.groups,
    people: createPeople(backends, clock),
    backendsOf: (mxids) => backendsHolding(storage.db, mxids),
  })

  return {
    async 'POST /api/lookup/explain'({ body }) {
      const address = needAddress(body.address)
      const begun = clock.now()
      const asked = backends.filter((backend) => isUsedFor(backend.config, 'lookup'))
      const { mapping, opinions, remote } = await explainLookup(
        { storage, clock, lookup, backends: asked, sources, remote: options.remote() },
        address,
        operator,
      )
      const answer = mapping === null ? null : { mxid: mapping.mxid, source: mapping.source }
      return { address, answer, opinions, remote, ms: clock.now() - begun }
    },

    async 'POST /api/lookup/search'({ body }) {
      const { directory, matrix } = config()
      const userId = needUserId(body.userId, matrix.domain)
      const options = { config, db: () => storage.db, backends, mirrored: sources, visible }
      const { limited, seen, hidden } = await searchAs(options, userId, body.term)
      return {
        userId,
        enabled: directory.enabled,
        limited: limited || seen.length > MOST_SEEN,
        seen: seen.slice(0, MOST_SEEN).map(asShown),
        hidden: hidden.slice(0, MOST_SEEN).map(({ person, why }) => ({ ...asShown(person), why })),
      }
    },
  }
}

const asShown = ({ mxid, displayName, source }: FoundPerson) => ({ mxid, displayName, source })

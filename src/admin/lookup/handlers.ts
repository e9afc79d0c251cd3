import { readMatrixId } from '../../backends/cells.ts'
import { isUsedFor } from '../../backends/mirrored.ts'
import type { Config } from '../../config/schema.ts'
import type { Directories } from '../../directories.ts'
import { backendsHolding, type FoundPerson } from '../../directory/find-people.ts'
import { searchAs } from '../../directory/search-as.ts'
import { createVisibility } from '../../directory/visibility.ts'
import { createPeople } from '../../intercepts/people.ts'
import { explainLookup } from '../../lookup/explain.ts'
import type { RemoteLookup } from '../../lookup/remote.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { readTypedAddress } from '../activity/typed-address.ts'
import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
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
      const address = readTypedAddress(body.address)
      if (address === null) throw noAddress()
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
      const userId = readMatrixId(body.userId, matrix.domain)
      if (!userId.ok) {
        const { message, fix } = userId
        throw new AdminError('invalid', {
          problems: [{ path: 'userId', message: `"${body.userId}" ${message}.`, fix }],
        })
      }
      const options = { config, db: () => storage.db, backends, mirrored: sources, visible }
      const { limited, seen, hidden } = await searchAs(options, userId.value, body.term)
      return {
        userId: userId.value,
        enabled: directory.enabled,
        limited: limited || seen.length > MOST_SEEN,
        seen: seen.slice(0, MOST_SEEN).map(asShown),
        hidden: hidden.slice(0, MOST_SEEN).map(({ person, why }) => ({ ...asShown(person), why })),
      }
    },
  }
}

const asShown = ({ mxid, displayName, source }: FoundPerson) => ({ mxid, displayName, source })

function noAddress(): AdminError {
  return new AdminError('invalid', {
    problems: [
      {
        path: 'address',
        message: 'This is neither an e-mail address nor a phone number.',
        fix: 'Write anna@example.org, or a number with its country code: +49 170 1234567.',
      },
    ],
  })
}

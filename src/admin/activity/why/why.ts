import type { z } from 'zod'
import { maskAddress } from '../../../activity/masking.ts'
import type { Requester } from '../../../backends/backend.ts'
import type { Config } from '../../../config/schema.ts'
import type { Directories } from '../../../directories.ts'
import { explainLookup, type Explanation } from '../../../lookup/explain.ts'
import type { RemoteLookup } from '../../../lookup/remote.ts'
import { parseUserId } from '../../../matrix/identifiers.ts'
import type { ThreePid } from '../../../matrix/threepid.ts'
import type { Runtime } from '../../../runtime.ts'
import type { Storage } from '../../../storage/storage.ts'
import { AdminError } from '../../api/errors.ts'
import type { activityContract } from '../contract.ts'
import { readTypedAddress } from '../typed-address.ts'
import { addressesOf, directoriesWith } from './addresses-of.ts'
import { causesOfAsking, readAsking } from './asking.ts'
import { causesOfAnswer } from './answer.ts'

export type Why = z.input<(typeof activityContract)['POST /api/activity/why']['answer']>
export type Cause = Why['causes'][number]

export interface WhyOptions {
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly directories: Pick<Directories, 'backends' | 'sources' | 'lookup'>
  readonly remote: () => RemoteLookup
}

/** A person of a large directory can have many addresses; each is asked for. */
const MOST_ADDRESSES = 5

/** Why `asking` cannot find `wanted`: what a lookup says now, and what the log and the accounts know of the one asking. */
export async function explainWhy(
  options: WhyOptions,
  { asking, wanted }: { readonly asking: string; readonly wanted: string },
): Promise<Why> {
  const { storage, runtime, config, directories } = options
  if (asking !== '' && parseUserId(asking) === null) throw invalid('asking', 'This is not a Matrix ID.')
  const wantedUser = parseUserId(wanted) === null ? null : wanted
  const addresses =
    wantedUser === null
      ? [readWanted(wanted)]
      : (await addressesOf(storage.db, wantedUser)).slice(0, MOST_ADDRESSES)
  const requester = requesterOf(asking, config())
  const explained: Explanation[] = []
  for (const address of addresses) {
    explained.push(
      await explainLookup(
        {
          ...{ storage, clock: runtime.clock, lookup: directories.lookup, sources: directories.sources },
          backends: directories.backends.filter((backend) => backend.isUsedFor('lookup')),
          remote: options.remote(),
        },
        address,
        requester,
      ),
    )
  }

  const known = asking === '' ? null : await readAsking(storage.db, config(), asking)
  const withoutAddress = addresses.length > 0 ? [] : await directoriesWith(storage.db, wanted)
  const answer = causesOfAnswer({
    addresses,
    explained,
    requester,
    wantedUser,
    typed: wanted,
    withoutAddress,
  })
  const ofAsking = known === null ? [] : causesOfAsking(known, runtime.clock.now())
  const isMissing = answer.found === null && answer.causes.length === 0
  const [first, ...others] = [
    ...(isMissing ? [unknownTo(requester)] : answer.causes),
    ...ofAsking,
    ...(answer.found === null ? [] : [answer.found]),
  ]
  if (first === undefined) throw new Error('there is always a verdict')
  return {
    verdict: { ...first, state: stateOf(answer.found, first) },
    causes: others,
    opinions: explained.flatMap(opinionsOf),
    addresses: addresses.map(({ medium, address }) => ({ medium, address: maskAddress(address) })),
    lastAskedAt: known?.lastAskedAt ?? null,
  }
}

function stateOf(found: Cause | null, first: Cause): Why['verdict']['state'] {
  if (found === null) return 'not-found'
  return first === found ? 'found' : 'unsure'
}

function readWanted(wanted: string): ThreePid {
  const address = readTypedAddress(wanted)
  if (address === null) throw invalid('wanted', 'This is neither an address nor a Matrix ID.')
  return address
}

function invalid(path: string, message: string): AdminError {
  return new AdminError('invalid', { problems: [{ path, message }] })
}

/** As a lookup of this user would be taken. Nobody in particular: the operator, who may ask everybody. */
function requesterOf(asking: string, { matrix }: Config): Requester {
  if (asking === '') return { kind: 'operator', userId: null }
  const isOurs = parseUserId(asking)?.serverName === matrix.domain
  return { kind: isOurs ? 'client' : 'peer', userId: asking }
}

function unknownTo({ kind }: Requester): Cause {
  return { code: 'unknown-everywhere', params: { kind }, page: '/backends' }
}

function opinionsOf({ opinions, remote }: Explanation): Why['opinions'] {
  const here = opinions.map(({ source, type, outcome, mxids, ms, failure, syncedAt }) => ({
    ...{ source, type, outcome, ms, syncedAt },
    mxids: [...mxids],
    detail: failure === null ? null : `${failure.message} ${failure.fix}`,
  }))
  const elsewhere = remote.map(({ source, outcome, mxid, ms, detail }) => ({
    ...{ source, type: 'remote', outcome, ms, detail, syncedAt: null },
    mxids: mxid === null ? [] : [mxid],
  }))
  return [...here, ...elsewhere]
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Recorder } from '../activity/log/entry.ts'
import { signAssociation } from '../associations/associations.ts'
import type { Requesters } from '../federation/inbound/requester.ts'
import { legacyParameters, queryFields, readParameters } from '../http/parameters.ts'
import type { RateLimiter } from '../http/rate-limiter.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { MatrixError } from '../matrix/errors.ts'
import { foldForLookup, isMedium, type ThreePid } from '../matrix/threepid.ts'
import type { Runtime } from '../runtime.ts'
import { foundFirst, recordLookup, type AnsweredEntry } from './answered.ts'
import type { Lookup } from './find.ts'
import { mappingKey, type Mapping } from './mappings.ts'

const singleSchema = z.object({ medium: z.string(), address: z.string() })
/** One verdict for the whole list: an issue for each wrong element of a large one would take seconds. */
const pairs = z.custom<[medium: string, address: string][]>(
  (value) => Array.isArray(value) && value.every(isPair),
  'has to be a list of [medium, address]',
)
const bulkSchema = z.object({ threepids: pairs })

export interface LegacyLookupOptions {
  readonly runtime: Runtime
  readonly keyRing: KeyRing
  /** The entity name of our signatures. */
  readonly serverName: () => string
  readonly lookup: Lookup
  readonly requesters: Requesters
  readonly maxAddresses: () => number
  /** Counts addresses per client: v1 asks for no account. */
  readonly limiter: RateLimiter
  readonly observe: (algorithm: string, asked: number) => void
  readonly recorder: Recorder
}

/** What a directory says is true now; a homeserver may keep it this long (the values mxisd used). */
const BACKEND_NOT_BEFORE_MS = -60_000
const BACKEND_NOT_AFTER_MS = 300_000

/** Lookups in clear text, as homeservers and federated identity servers still ask them (r0.3.0, "lookup"). */
export function addLegacyLookupRoutes(
  app: FastifyInstance,
  prefix: string,
  options: LegacyLookupOptions,
): void {
  async function find(
    request: FastifyRequest,
    reply: FastifyReply,
    addresses: readonly ThreePid[],
    asked = addresses.length,
  ): Promise<ReadonlyMap<string, Mapping>> {
    const ip = request.clientAddress
    const mappings = await options.lookup.find(addresses, options.requesters.of(null, ip))
    const { elapsedTime: durationMs } = reply
    recordLookup(
      options.recorder,
      { algorithm: 'v1', asked, durationMs, requester: { ip }, request: request.id },
      { found: mappings.size, entries: (most) => entriesOf(addresses, mappings).slice(0, most) },
    )
    return mappings
  }

  app.get(`${prefix}/lookup`, async (request, reply) => {
    const given = readParameters(singleSchema, queryFields(request))
    options.limiter.take(request.clientAddress)
    options.observe('v1', 1)
    const address = asThreePid(given.medium, given.address)
    const mapping = address && (await find(request, reply, [address])).get(mappingKey(address))
    if (!mapping) return {}
    return signAssociation(
      withTimes(mapping, options.runtime.clock.now()),
      options.serverName(),
      options.keyRing.active(),
    )
  })

  app.post(`${prefix}/bulk_lookup`, async (request, reply) => {
    const { threepids } = readParameters(bulkSchema, legacyParameters(request))
    if (threepids.length > options.maxAddresses()) {
      throw new MatrixError('M_TOO_LARGE', {
        status: 400,
        message: `Ask for at most ${options.maxAddresses()} addresses at once.`,
      })
    }
    options.limiter.take(request.clientAddress, threepids.length)
    options.observe('v1', threepids.length)
    const asked = threepids.map(([medium, address]) => ({
      medium,
      address,
      key: asThreePid(medium, address),
    }))
    const mappings = await find(
      request,
      reply,
      asked.flatMap(({ key }) => (key === null ? [] : [key])),
      asked.length,
    )
    const answers = asked.flatMap(({ medium, address, key }) => {
      const mapping = key && mappings.get(mappingKey(key))
      return mapping ? [[medium, address, mapping.mxid]] : []
    })
    return { threepids: answers }
  })
}

function entriesOf(
  addresses: readonly ThreePid[],
  mappings: ReadonlyMap<string, Mapping>,
): readonly AnsweredEntry[] {
  const entries = addresses.map((address) => {
    const { mxid, source } = mappings.get(mappingKey(address)) ?? { mxid: null, source: null }
    return { address, mxid, source }
  })
  return foundFirst(entries)
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string')
}

function asThreePid(medium: string, address: string): ThreePid | null {
  // PostgreSQL takes no NUL in text.
  return isMedium(medium) && !address.includes('\0')
    ? { medium, address: foldForLookup(medium, address) }
    : null
}

function withTimes(mapping: Mapping, now: number) {
  return {
    medium: mapping.medium,
    address: mapping.address,
    mxid: mapping.mxid,
    ts: mapping.boundAt ?? now,
    not_before: mapping.notBefore ?? now + BACKEND_NOT_BEFORE_MS,
    not_after: mapping.notAfter ?? now + BACKEND_NOT_AFTER_MS,
  }
}

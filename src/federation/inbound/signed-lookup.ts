import type { z } from 'zod'
import type { Config } from '../../config/schema.ts'
import { readParameters } from '../../http/parameters.ts'
import type { RateLimiter } from '../../http/rate-limiter.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import { MatrixError } from '../../matrix/errors.ts'
import { parseServerName } from '../../matrix/identifiers.ts'
import { signJson } from '../../matrix/signing.ts'
import type { Runtime } from '../../runtime.ts'
import { refuseWhilePaused, type FederationPause } from '../pause.ts'
import {
  lookupRequestSchema,
  MAX_HASHES,
  WINDOW_MS,
  type hashDetailsSchema,
  type LookupAnswer,
  type LookupRequest,
} from '../wire.ts'
import { isOwnDestination, isOwnHost } from './own-domains.ts'
import type { ReplayGuard } from './replay-guard.ts'
import type { Origin, SignedRequests } from './signed-requests.ts'

/** Answers the signed lookups of other Signposts; `../wire.ts` has their form. */
export interface SignedLookup {
  /** @throws MatrixError `M_FORBIDDEN` when nobody is answered, `M_LIMIT_EXCEEDED` while federation is paused. */
  hashDetails(): Promise<z.output<typeof hashDetailsSchema>>
  /**
   * The signed answer to a body as it arrived, from the IP address of the caller.
   *
   * Throws MatrixError: `M_INVALID_PARAM`, `M_MISSING_PARAMS` and `M_TOO_LARGE` for what is no request to us;
   * `M_UNAUTHORIZED` for one that is too old or was seen before; `M_INVALID_PEPPER` with the current one; what
   * `hashDetails` and `SignedRequests` throw.
   */
  answer(body: Readonly<Record<string, unknown>>, address: string): Promise<LookupAnswer>
}

export interface SignedLookupOptions {
  readonly config: () => Config
  readonly runtime: Runtime
  readonly keyRing: KeyRing
  readonly currentPepper: () => Promise<string>
  /** What is published of these hashes; null for a pepper that is not (or no longer) valid. */
  readonly find: (pepper: string, hashes: readonly string[]) => Promise<Record<string, string> | null>
  readonly signed: SignedRequests
  readonly pause: Pick<FederationPause, 'until'>
  readonly replays: ReplayGuard
  /** Told of every answer. */
  readonly answered?: (origin: string, counts: { asked: number; found: number }, ms: number) => void
  /** Counts addresses per origin, once it has proved itself: nobody can use up the budget of another. */
  readonly limiter: RateLimiter
}

export function createSignedLookup(options: SignedLookupOptions): SignedLookup {
  const { config, runtime, keyRing, currentPepper } = options

  /** Everything that can be checked without asking anybody; answers who claims to ask. */
  function checkPlainly({ origin, destination, ts }: LookupRequest): Origin {
    const { kind, hostname } = parseServerName(origin) ?? {}
    if (kind !== 'dns' || hostname === undefined || isOwnHost(config(), hostname)) {
      throw new MatrixError('M_INVALID_PARAM', { message: 'Invalid origin: has to be your Matrix domain.' })
    }
    if (!isOwnDestination(config(), destination)) {
      throw new MatrixError('M_INVALID_PARAM', { message: 'Invalid destination: not a domain of ours.' })
    }
    if (Math.abs(runtime.clock.now() - ts) > WINDOW_MS) {
      const message = `Our clocks differ by more than ${WINDOW_MS / 60_000} minutes, or the request is old.`
      throw new MatrixError('M_UNAUTHORIZED', { message })
    }
    return { name: origin, hostname: hostname.toLowerCase() }
  }

  async function find({ pepper, algorithm, addresses }: LookupRequest): Promise<Record<string, string>> {
    const found = await options.find(pepper, addresses)
    if (found !== null) return found
    throw new MatrixError('M_INVALID_PEPPER', { fields: { algorithm, lookup_pepper: await currentPepper() } })
  }

  function checkOpen(): void {
    if (config().federation.inbound.enabled) return refuseWhilePaused(options.pause, runtime.clock)
    throw new MatrixError('M_FORBIDDEN', { message: 'Other identity servers are not answered here.' })
  }

  return {
    async hashDetails() {
      checkOpen()
      return { lookup_pepper: await currentPepper(), algorithms: ['sha256'] }
    },

    async answer(body, address) {
      checkOpen()
      const begun = runtime.clock.now()
      checkLength(body['addresses'])
      const request = readParameters(lookupRequestSchema, body)
      const origin = checkPlainly(request)
      await options.signed.verify(body, origin, address)
      options.limiter.take(origin.hostname, Math.max(1, request.addresses.length))
      options.replays.admit(origin.hostname, request.nonce, request.ts)
      const mappings = await find(request)
      const counts = { asked: request.addresses.length, found: Object.keys(mappings).length }
      runtime.log.info({ origin: origin.name, ...counts }, 'another Signpost looked addresses up')
      options.answered?.(origin.name, counts, runtime.clock.now() - begun)
      const { domain } = config().matrix
      const { nonce } = request
      const answer = { origin: domain, destination: origin.name, nonce, ts: runtime.clock.now(), mappings }
      return signJson(answer, domain, keyRing.active())
    },
  }
}

/** Before the schema, which would look at every element of a list however long. */
function checkLength(addresses: unknown): void {
  if (!Array.isArray(addresses) || addresses.length <= MAX_HASHES) return
  const message = `Ask for at most ${MAX_HASHES} addresses at once.`
  throw new MatrixError('M_TOO_LARGE', { status: 400, message })
}

import { load, percentile, requestBytes, type LoadResult } from './load.ts'
import { addressOf, benchToken, lookupHash } from './seed.ts'

export interface Row {
  readonly name: string
  readonly associations: string
  /** Medians over the runs. */
  readonly perSecond: number
  readonly addressesPerSecond: number
  readonly p50: number
  readonly p99: number
  readonly failed: number
}

export const RUNS = 3
const SECONDS = 3
const CONNECTIONS = 16

export async function hashDetails(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/_matrix/identity/v2/hash_details`, {
    headers: { authorization: `Bearer ${benchToken}` },
  })
  return ((await answer.json()) as { lookup_pepper: string }).lookup_pepper
}

/** Requests of `size` hashes each; every second hash is of a bound address. */
export function hashRequests(size: number, associations: number, pepper: string): Buffer[] {
  const different = Math.max(20, Math.min(2_000, Math.floor(20_000 / size)))
  return Array.from({ length: different }, (_, request) => {
    const addresses = Array.from({ length: size }, (_unused, entry) => {
      const spread = (request * size + entry) * 7919
      return lookupHash(entry % 2 === 0 ? spread % associations : associations + spread, pepper)
    })
    return requestBytes('POST', '/_matrix/identity/v2/lookup', benchToken, {
      algorithm: 'sha256',
      pepper,
      addresses,
    })
  })
}

export function plainRequests(size: number, associations: number, pepper: string): Buffer[] {
  return Array.from({ length: 200 }, (_, request) => {
    const addresses = Array.from({ length: size }, (_unused, entry) => {
      return `${addressOf(((request * size + entry) * 7919) % (2 * associations))} email`
    })
    return requestBytes('POST', '/_matrix/identity/v2/lookup', benchToken, {
      algorithm: 'none',
      pepper,
      addresses,
    })
  })
}

export function legacyRequests(associations: number): Buffer[] {
  return Array.from({ length: 2_000 }, (_, request) => {
    const address = addressOf((request * 7919) % associations)
    return requestBytes('GET', `/_matrix/identity/api/v1/lookup?medium=email&address=${address}`, null)
  })
}

export interface Measurement {
  readonly name: string
  readonly associations: string
  readonly port: number
  readonly requests: readonly Buffer[]
  readonly addressesPerRequest: number
  readonly connections?: number
}

/** Several runs after a warm-up; the run with the median rate is reported. */
export async function measure({ name, associations, port, requests, ...options }: Measurement): Promise<Row> {
  let turn = 0
  const next = () => requests[turn++ % requests.length] ?? Buffer.alloc(0)
  const connections = options.connections ?? CONNECTIONS
  await load({ port, connections, seconds: 1, next })
  const results: LoadResult[] = []
  for (let run = 0; run < RUNS; run++) results.push(await load({ port, connections, seconds: SECONDS, next }))
  const rate = (result: LoadResult) => result.requests / result.seconds
  const median = results.sort((a, b) => rate(a) - rate(b))[Math.floor(RUNS / 2)]
  if (median === undefined) throw new Error('no run')
  return {
    name,
    associations,
    perSecond: rate(median),
    addressesPerSecond: rate(median) * options.addressesPerRequest,
    p50: percentile(median.latencies, 0.5),
    p99: percentile(median.latencies, 0.99),
    failed: results.reduce((sum, result) => sum + result.failed, 0),
  }
}

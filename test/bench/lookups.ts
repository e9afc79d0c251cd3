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

export const RUNS = 5
const SECONDS = 2
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
  /** Length of each run; default 2. */
  readonly seconds?: number
}

/**
 * Several runs of each, taking turns, after a warm-up: what is compared meets the same moods of the machine. Reported is
 * the run with the median rate.
 */
export async function measure(...all: readonly Measurement[]): Promise<Row[]> {
  const runs = all.map((what) => ({ what, run: loader(what), results: [] as LoadResult[] }))
  for (const { run } of runs) await run(1)
  for (let round = 0; round < RUNS; round++) {
    for (const { what, run, results } of runs) results.push(await run(what.seconds ?? SECONDS))
  }
  return runs.map(({ what, results }) => toRow(what, results))
}

/** Loads a server for some seconds, going on in the list of requests where the last call ended. */
function loader({ port, requests, connections = CONNECTIONS }: Measurement) {
  let turn = 0
  const next = () => requests[turn++ % requests.length] ?? Buffer.alloc(0)
  return (seconds: number) => load({ port, connections, seconds, next })
}

function toRow({ name, associations, addressesPerRequest }: Measurement, results: LoadResult[]): Row {
  const rate = (result: LoadResult) => result.requests / result.seconds
  const median = results.sort((a, b) => rate(a) - rate(b))[Math.floor(RUNS / 2)]
  if (median === undefined) throw new Error('no run')
  return {
    name,
    associations,
    perSecond: rate(median),
    addressesPerSecond: rate(median) * addressesPerRequest,
    p50: percentile(median.latencies, 0.5),
    p99: percentile(median.latencies, 0.99),
    failed: results.reduce((sum, result) => sum + result.failed, 0),
  }
}

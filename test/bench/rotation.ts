import { randomBytes } from 'node:crypto'
import { load, percentile } from './load.ts'
import { hashDetails, hashRequests } from './lookups.ts'
import { publishPepper } from './seed.ts'
import type { RunningServer } from './servers.ts'

export interface RotationResult {
  /** The server's own measure: building the table of the other pepper. */
  readonly buildMs: number
  readonly requests: number
  readonly failed: number
  readonly p50: number
  readonly p99: number
  readonly worst: number
  readonly rss: number
}

/** Long enough for the server to notice the pepper, build a million hashes, and adopt it. */
const SECONDS = 14
const CONNECTIONS = 4
const HASHES = 10

/** Lookups under the pepper that clients know, while it is replaced; they switch when `hash_details` does. */
export async function measureRotation(
  server: RunningServer,
  dataDir: string,
  associations: number,
): Promise<RotationResult> {
  const pepper = randomBytes(24).toString('base64url')
  let requests = hashRequests(HASHES, associations, await hashDetails(server.port))
  let turn = 0
  let known = ''
  let highest = 0
  const watch = setInterval(() => {
    highest = Math.max(highest, server.rss())
    void hashDetails(server.port).then((current) => {
      if (current === pepper && known !== current) requests = hashRequests(HASHES, associations, current)
      known = current
    })
  }, 250)
  setTimeout(() => publishPepper(dataDir, pepper), 1_000)
  const result = await load({
    port: server.port,
    connections: CONNECTIONS,
    seconds: SECONDS,
    next: () => requests[turn++ % requests.length] ?? Buffer.alloc(0),
  })
  clearInterval(watch)
  if (known !== pepper) throw new Error('The server did not adopt the pepper in time.')
  const buildMs = Number(/"buildMs":(\d+)/.exec(server.log())?.[1])
  return {
    buildMs,
    requests: result.requests,
    failed: result.failed,
    p50: percentile(result.latencies, 0.5),
    p99: percentile(result.latencies, 0.99),
    worst: result.latencies.at(-1) ?? 0,
    rss: highest,
  }
}

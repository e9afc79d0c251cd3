import { z } from 'zod'
import { inParallel } from '../../federation/in-parallel.ts'
import { mappingKey } from '../../lookup/mappings.ts'
import { lookupHash } from '../../matrix/lookup-hash.ts'
import type { ThreePid } from '../../matrix/threepid.ts'
import type { HttpClient } from '../../net/http-client.ts'

/** What the old server says: a Matrix ID, nobody (null), or that it could not be asked. */
export type OldAnswer =
  | { readonly outcome: 'answered'; readonly mxid: string | null }
  | { readonly outcome: 'failed'; readonly reason: string }

/** The identity server whose place is taken, by its own API. */
export interface OldServer {
  /** Answers by `mappingKey`. Never rejects. */
  ask(addresses: readonly ThreePid[], signal: AbortSignal): Promise<ReadonlyMap<string, OldAnswer>>
}

const TIMEOUT_MS = 10_000
const AT_ONCE = 4
const MAX_BYTES = 1_048_576

const singleSchema = z.looseObject({ mxid: z.string().optional() })
const detailsSchema = z.looseObject({ lookup_pepper: z.string(), algorithms: z.array(z.string()) })
const mappingsSchema = z.looseObject({ mappings: z.record(z.string(), z.string()) })

/** With a token by v2 and hashes, else by v1 one by one: the bulk lookup of mxisd leaves out what is in SQL. */
export function createOldServer(
  http: Pick<HttpClient, 'request'>,
  baseUrl: string,
  token: string | null,
): OldServer {
  const base = `${baseUrl}/_matrix/identity`

  async function read<T>(schema: z.ZodType<T>, url: string, signal: AbortSignal, body?: object): Promise<T> {
    const response = await http.request({
      url,
      trust: 'operator',
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      signal,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    if (response.status !== 200) throw new OldServerFailure(`It answered with the status ${response.status}.`)
    return schema.parse(response.json())
  }

  async function single({ medium, address }: ThreePid, signal: AbortSignal): Promise<OldAnswer> {
    try {
      const query = new URLSearchParams({ medium, address })
      const { mxid } = await read(singleSchema, `${base}/api/v1/lookup?${query}`, signal)
      return { outcome: 'answered', mxid: mxid ?? null }
    } catch (error) {
      return failed(error)
    }
  }

  async function hashed(addresses: readonly ThreePid[], signal: AbortSignal) {
    const { lookup_pepper: pepper } = await read(detailsSchema, `${base}/v2/hash_details`, signal)
    const hashes = addresses.map((each) => lookupHash(each.address, each.medium, pepper))
    const body = { algorithm: 'sha256', pepper, addresses: hashes }
    const { mappings } = await read(mappingsSchema, `${base}/v2/lookup`, signal, body)
    return addresses.map((address, i): readonly [string, OldAnswer] => {
      return [mappingKey(address), { outcome: 'answered', mxid: mappings[hashes[i] ?? ''] ?? null }]
    })
  }

  return {
    async ask(addresses, signal) {
      if (token === null) {
        const answers = await inParallel(addresses, AT_ONCE, (address) => single(address, signal))
        return new Map(addresses.map((address, i) => [mappingKey(address), answers[i] ?? failed(null)]))
      }
      const answers = await hashed(addresses, signal).catch((error: unknown) =>
        addresses.map((address): readonly [string, OldAnswer] => [mappingKey(address), failed(error)]),
      )
      return new Map(answers)
    },
  }
}

class OldServerFailure extends Error {
  override readonly name = 'OldServerFailure'
}

/** No text of others: an answer may hold anything. */
function failed(error: unknown): OldAnswer & { outcome: 'failed' } {
  if (error instanceof OldServerFailure) return { outcome: 'failed', reason: error.message }
  const reason = error instanceof z.ZodError ? 'Its answer cannot be read.' : 'It cannot be reached.'
  return { outcome: 'failed', reason }
}

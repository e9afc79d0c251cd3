import { isDeepStrictEqual } from 'node:util'
import Database from 'better-sqlite3'
import { signJson, type SigningKey } from '../../../src/matrix/signing.ts'
import { json, startHttpPeer, type SeenRequest } from '../../support/http-peer.ts'
import type { Recorded } from '../../migrate/import/support/recorded-answers.ts'

/** Who has an address, with the times of the binding. */
export interface OldBinding {
  readonly mxid: string
  readonly ts: number
  readonly notBefore: number
  readonly notAfter: number
}

/** What makes the answers of one product: its own queries over its own tables, and what it was seen to answer besides. */
export interface OldProduct {
  /** The name and the key that it signs with. */
  readonly name: string
  readonly key: SigningKey
  readonly pepper: string
  readonly find: (db: Database.Database, medium: string, address: string) => OldBinding | null
  readonly recorded: readonly Recorded[]
}

export interface OldIdentityServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * An identity server of former times over real HTTP. Lookups read its database, which it opens for reading; all else is
 * answered as it was recorded, and with 404 where nothing was.
 */
export async function startOldIdentityServer(
  product: OldProduct,
  database: string,
  port: number,
): Promise<OldIdentityServer> {
  const db = new Database(database, { readonly: true, fileMustExist: true })
  const answer = (request: SeenRequest) => {
    const url = new URL(request.url, 'http://old')
    const path = url.pathname.replace('/_matrix/identity', '')
    const query = Object.fromEntries(url.searchParams)
    if (path === '/api/v1/lookup') return found(singleLookup(product, db, query))
    const plain = path === '/v2/lookup' ? plainLookup(product, db, request) : null
    if (plain !== null) return found(plain)
    return recordedAnswer(product, request.method, path, query, request)
  }
  const peer = await startHttpPeer({
    port,
    handler(request, response) {
      const { status, body } = answer(request)
      json(status, body)(request, response)
    },
  })
  return {
    url: `http://127.0.0.1:${peer.port}`,
    async close() {
      await peer.close()
      db.close()
    },
  }
}

const found = (body: object) => ({ status: 200, body })

function singleLookup(
  { name, key, find }: OldProduct,
  db: Database.Database,
  { medium = '', address = '' }: Readonly<Record<string, string>>,
): object {
  const binding = find(db, medium, address)
  if (binding === null) return {}
  const { mxid, ts, notBefore, notAfter } = binding
  // What JSON cannot hold exactly, nobody can sign.
  const not_after = Math.min(notAfter, Number.MAX_SAFE_INTEGER)
  return signJson({ medium, address, mxid, ts, not_before: notBefore, not_after }, name, key)
}

/** Null for a question that was recorded with another answer, such as a wrong pepper. */
function plainLookup(
  { pepper, find }: OldProduct,
  db: Database.Database,
  { body }: SeenRequest,
): object | null {
  const asked = JSON.parse(body) as { algorithm: string; pepper: string; addresses: readonly string[] }
  if (asked.pepper !== pepper || asked.algorithm !== 'none') return null
  const mappings: Record<string, string> = {}
  for (const text of asked.addresses) {
    const [, address = '', medium = ''] = /^(.*) (\S+)$/.exec(text) ?? []
    const binding = find(db, medium, address)
    if (binding !== null) mappings[text] = binding.mxid
  }
  return { mappings }
}

function recordedAnswer(
  { recorded }: OldProduct,
  method: string,
  path: string,
  query: Readonly<Record<string, string>>,
  request: SeenRequest,
): { readonly status: number; readonly body: object } {
  const token = /^Bearer (.+)$/.exec(String(request.headers['authorization'] ?? ''))?.[1]
  const body: unknown = request.body === '' ? undefined : JSON.parse(request.body)
  const one = recorded.find(
    (each) =>
      each.method === method &&
      each.path === path &&
      each.request?.token === token &&
      isDeepStrictEqual(each.request?.query ?? {}, query) &&
      isDeepStrictEqual(each.request?.json, body),
  )
  return one ?? { status: 404, body: { errcode: 'M_UNRECOGNIZED', error: 'Nothing was recorded.' } }
}

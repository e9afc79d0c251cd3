import type { TestAppliance } from './appliance.ts'

/** A browser's side of the admin API: keeps its cookie, and sends what the console sends. */
export interface AdminClient {
  readonly baseUrl: string
  /** The answer as JSON, whatever its status. `path` begins with `/api/`. */
  request(method: string, path: string, options?: AdminRequest): Promise<AdminAnswer>
  get(path: string, options?: AdminRequest): Promise<AdminAnswer>
  post(path: string, json?: unknown, options?: AdminRequest): Promise<AdminAnswer>
  put(path: string, json?: unknown, options?: AdminRequest): Promise<AdminAnswer>
  patch(path: string, json?: unknown, options?: AdminRequest): Promise<AdminAnswer>
  delete(path: string, json?: unknown, options?: AdminRequest): Promise<AdminAnswer>
  /** `name=value` of the session cookie; empty when signed out. For requests that the client cannot make (SSE). */
  cookie(): string
}

export interface AdminRequest {
  readonly json?: unknown
  /** A file, in the place of JSON. */
  readonly bytes?: Uint8Array<ArrayBuffer>
  readonly query?: Readonly<Record<string, string>>
  /** Added to, or in the place of, what the console sends; null takes a header out. */
  readonly headers?: Readonly<Record<string, string | null>>
}

export interface AdminAnswer {
  readonly status: number
  readonly headers: Headers
  /** Null where the answer is not JSON. */
  readonly body: unknown
  readonly text: string
}

export const adminName = 'Anna Admin'
export const adminPassword = 'a quiet harbour at dawn'

/** Nobody is signed in. */
export function createAdminClient(baseUrl: string): AdminClient {
  let cookie = ''

  async function request(method: string, path: string, options: AdminRequest = {}): Promise<AdminAnswer> {
    const { json, bytes, query, headers = {} } = options
    const sent = new Map<string, string>([['x-signpost-console', '1']])
    if (cookie !== '') sent.set('cookie', cookie)
    if (json !== undefined) sent.set('content-type', 'application/json')
    if (bytes !== undefined) sent.set('content-type', 'application/octet-stream')
    for (const [name, value] of Object.entries(headers)) {
      if (value === null) sent.delete(name)
      else sent.set(name, value)
    }
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`
    const response = await fetch(`${baseUrl}${path}${search}`, {
      method,
      headers: Object.fromEntries(sent),
      ...bodyOf(options),
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      cookie = pair.endsWith('=') ? '' : pair
    }
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : null
    return { status: response.status, headers: response.headers, body, text }
  }

  return {
    baseUrl,
    request,
    get: (path, options) => request('GET', path, options),
    post: (path, json, options) => request('POST', path, { ...options, json }),
    put: (path, json, options) => request('PUT', path, { ...options, json }),
    patch: (path, json, options) => request('PATCH', path, { ...options, json }),
    delete: (path, json, options) => request('DELETE', path, { ...options, json }),
    cookie: () => cookie,
  }
}

function bodyOf({ json, bytes }: AdminRequest) {
  if (bytes !== undefined) return { body: bytes }
  return json === undefined ? {} : { body: JSON.stringify(json) }
}

/** Claims a new appliance, and is signed in and confirmed; on a claimed one, signs in with the same password. */
export async function signInAsAdmin({
  adminAddress,
  admin,
}: Pick<TestAppliance, 'adminAddress' | 'admin'>): Promise<AdminClient> {
  const client = createAdminClient(adminAddress)
  const answer = (await admin.isClaimed())
    ? await client.post('/api/session', { name: adminName, password: adminPassword })
    : await client.post('/api/session/claim', {
        token: tokenOf(await admin.oneTimeLink()),
        name: adminName,
        password: adminPassword,
      })
  if (answer.status !== 200) throw new Error(`signing in was answered ${answer.status}: ${answer.text}`)
  return client
}

/** What stands behind the `#` of a one-time link. */
export const tokenOf = (link: string) => new URL(link).hash.slice(1)

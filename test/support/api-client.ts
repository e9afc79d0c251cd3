/** One answer of an HTTP API. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  /** The parsed JSON; null for an answer that is none. */
  readonly body: unknown
  readonly text: string
}

export interface ApiRequest {
  readonly token?: string
  /** Sent as JSON, with its Content-Type. */
  readonly json?: unknown
  /** Sent as a form, with its usual Content-Type. */
  readonly form?: Readonly<Record<string, string>>
  /** Sent as it is; without a Content-Type unless `headers` name one. */
  readonly body?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks the public listener and shows the whole answer; redirects are not followed. */
export interface ApiClient {
  /** `path` begins with a slash; `/v2/...` and `/api/v1/...` stand for the paths below `/_matrix/identity`. */
  request(method: string, path: string, options?: ApiRequest): Promise<ApiAnswer>
  get(path: string, options?: ApiRequest): Promise<ApiAnswer>
  post(path: string, options?: ApiRequest): Promise<ApiAnswer>
}

const formType = 'application/x-www-form-urlencoded'

export function createApiClient(baseUrl: string): ApiClient {
  async function request(method: string, path: string, options: ApiRequest = {}): Promise<ApiAnswer> {
    const response = await fetch(addressOf(baseUrl, path, options.query), {
      method,
      redirect: 'manual',
      headers: { ...contentHeaders(options), ...options.headers },
      ...bodyOf(options),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
    const body = isJson && text !== '' ? (JSON.parse(text) as unknown) : null
    return { status: response.status, headers: response.headers, text, body }
  }
  return {
    request,
    get: (path, options) => request('GET', path, options),
    post: (path, options) => request('POST', path, options),
  }
}

function addressOf(baseUrl: string, path: string, query: ApiRequest['query']): string {
  const full = /^\/(v2|api)(\/|$)/.test(path) ? `/_matrix/identity${path}` : path
  const text = query === undefined ? '' : `?${new URLSearchParams(query)}`
  return `${baseUrl}${full}${text}`
}

function contentHeaders({ token, json, form }: ApiRequest): Record<string, string> {
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(form === undefined ? {} : { 'content-type': formType }),
  }
}

/** Bytes, since `fetch` would add a Content-Type of its own to text. */
function bodyOf({ json, form, body }: ApiRequest): { body?: Uint8Array<ArrayBuffer> } {
  const text = body ?? (json === undefined ? undefined : JSON.stringify(json))
  const content = text ?? (form === undefined ? undefined : new URLSearchParams(form).toString())
  return content === undefined ? {} : { body: new TextEncoder().encode(content) }
}

import type { ExchangeLog } from './exchange.ts'

export interface Question {
  readonly from: string
  readonly to: string
  readonly method: 'GET' | 'POST'
  /** Path with query. */
  readonly path: string
  /** Sent as a bearer token. */
  readonly token?: string
  /** Sent instead of a token. */
  readonly authorization?: string
  /** Sent as JSON. */
  readonly body?: unknown
}

export interface Reply {
  readonly status: number
  /** The JSON of the answer, or its text. */
  readonly body: unknown
}

export type Ask = (baseUrl: string, question: Question) => Promise<Reply>

const TIMEOUT_MS = 15_000

/** Real HTTP requests that the story can show. Every status is an answer; rejects when there is none. */
export function createAsk(log: ExchangeLog): Ask {
  return async (baseUrl, { from, to, method, path, token, authorization, body }) => {
    const end = log.begin({ from, to, method, path, sent: body })
    try {
      const credentials = token === undefined ? authorization : `Bearer ${token}`
      const response = await fetch(baseUrl + path, {
        method,
        headers: {
          ...(credentials === undefined ? {} : { authorization: credentials }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const reply = { status: response.status, body: parse(await response.text()) }
      end(reply)
      return reply
    } catch (error) {
      end(null)
      throw new Error(`${to} did not answer ${method} ${path.split('?', 1)[0]}`, { cause: error })
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

import type { Answer, Sent } from '../../src/admin/api/route.ts'
import type { AdminContract } from '../../src/admin/contract.ts'
import { ApiError, readError } from './api-error.ts'

export type Route = keyof AdminContract & string

type Given<T> = { readonly [K in keyof T as T[K] extends undefined ? never : K]: T[K] }
type Every<K extends Route> = Given<Sent<AdminContract[K]>>
/** An input whose every part may be left out may be left out itself. */
type OptionalWhenEmpty<T> = { [K in keyof T as object extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as object extends T[K] ? K : never]?: T[K]
}

/** What a route wants: `{ params, query, body }`, as far as its description names them. */
export type Input<K extends Route> = OptionalWhenEmpty<Every<K>>

export type AnswerOf<K extends Route> = Answer<AdminContract[K]>

export interface CallOptions {
  readonly signal?: AbortSignal
  /** Milliseconds; default 30 s. Checks that talk to other servers may need more. */
  readonly timeoutMs?: number
}

/** The admin API as functions. Every failure is an `ApiError`. */
export interface Client {
  call<K extends Route>(name: K, input?: Input<K>, options?: CallOptions): Promise<AnswerOf<K>>
}

export interface ClientOptions {
  readonly fetch: typeof fetch
  /** Asks the person for the password and confirms it; false when they would rather not. */
  readonly confirmPassword: () => Promise<boolean>
  readonly onSignedOut: () => void
}

interface RawInput {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

export function createClient(options: ClientOptions): Client {
  async function send(name: string, input: RawInput, call: CallOptions): Promise<unknown> {
    const [method = 'GET', path = ''] = name.split(' ')
    const timeout = AbortSignal.timeout(call.timeoutMs ?? 30_000)
    const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal])
    try {
      const response = await options.fetch(addressOf(path, input), {
        method,
        signal,
        // A change needs a header that pages of other origins cannot send.
        headers: {
          'x-signpost-console': '1',
          ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      })
      const body = await readJson(response)
      if (!response.ok) throw readError(response.status, body)
      return body
    } catch (error) {
      if (error instanceof ApiError || call.signal?.aborted === true) throw error
      throw new ApiError(timeout.aborted ? 'timeout' : 'unreachable')
    }
  }

  async function sendConfirmed(name: string, input: RawInput, call: CallOptions): Promise<unknown> {
    try {
      return await send(name, input, call)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.code === 'signed-out') options.onSignedOut()
      if (error.code !== 'confirm-password' || !(await options.confirmPassword())) throw error
      return await send(name, input, call)
    }
  }

  return {
    call: async <K extends Route>(name: K, input?: Input<K>, call: CallOptions = {}) =>
      (await sendConfirmed(name, (input ?? {}) as RawInput, call)) as AnswerOf<K>,
  }
}

/** The address of a route with its parts filled in. */
export function addressOf(path: string, { params = {}, query = {} }: RawInput): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(String(params[name])),
  )
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== null)
      .map((one) => [name, String(one)]),
  )
  const text = new URLSearchParams(pairs).toString()
  return text === '' ? filled : `${filled}?${text}`
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new ApiError('not-understood', { params: { status: response.status } })
    throw cause
  }
}

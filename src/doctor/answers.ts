import { z } from 'zod'
import { HttpFailure } from '../net/http-failure.ts'
import type { HttpResponse } from '../net/http-client.ts'

/**
 * What a request brought, or why it brought nothing. A connection that was slow to come about says little on a busy
 * machine, and nothing has been sent then: it gets a second chance.
 */
export async function answerOf(request: () => Promise<HttpResponse>): Promise<HttpResponse | HttpFailure> {
  const first = await answerOrFailure(request)
  const isSlowConnection = first instanceof HttpFailure && first.code === 'timeout' && !first.mayHaveArrived
  return isSlowConnection ? await answerOrFailure(request) : first
}

async function answerOrFailure(request: () => Promise<HttpResponse>): Promise<HttpResponse | HttpFailure> {
  try {
    return await request()
  } catch (error) {
    if (error instanceof HttpFailure) return error
    throw error
  }
}

/** The body as JSON; undefined when it is none. */
export function jsonIn(response: HttpResponse): unknown {
  try {
    return response.json()
  } catch (error) {
    if (error instanceof HttpFailure) return undefined
    throw error
  }
}

const errorSchema = z.looseObject({ errcode: z.string() })

/** The errcode of a Matrix error; null for any other answer. */
export function errcodeIn(response: HttpResponse): string | null {
  return errorSchema.safeParse(jsonIn(response)).data?.errcode ?? null
}

/** What answered, in a few words: `404 M_UNRECOGNIZED`, `502 from nginx`, `nothing (timeout)`. */
export function describeSeen(seen: HttpResponse | HttpFailure): string {
  return seen instanceof HttpFailure ? `nothing (${seen.code})` : describeAnswer(seen)
}

function describeAnswer(response: HttpResponse): string {
  const errcode = errcodeIn(response)
  if (errcode !== null) return `${response.status} ${errcode}`
  const server = response.headers['server']
  // A header is the other side's text: only what server names look like.
  const name = server === undefined ? null : /^[\w./ ()-]{1,60}/.exec(server)?.[0]
  return name === null || name === undefined
    ? String(response.status)
    : `${response.status} from ${name.trim()}`
}

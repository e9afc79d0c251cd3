import { z } from 'zod'
import { baseUrl } from '../config/types.ts'
import { parseServerName } from '../matrix/identifiers.ts'
import { HttpFailure } from '../net/http-failure.ts'
import type { HttpClient, HttpResponse } from '../net/http-client.ts'
import { answerOf, jsonIn } from './answers.ts'

/** What `https://<domain>/.well-known/matrix/client` says (Client-Server API, "Well-known URI"). */
export type ClientWellKnown =
  | {
      readonly state: 'there'
      readonly homeserver: string
      /** Null when it names none. */
      readonly identityServer: string | null
      /** Whether pages of other origins may read it. */
      readonly isShared: boolean
    }
  /** 404: the specification's way to say that there is none. */
  | { readonly state: 'absent' }
  | { readonly state: 'broken'; readonly why: string }
  | { readonly state: 'unreachable'; readonly failure: HttpFailure }

const wellKnownSchema = z.looseObject({
  'm.homeserver': z.looseObject({ base_url: baseUrl() }),
  'm.identity_server': z.looseObject({ base_url: baseUrl() }).optional(),
})

const MAX_BYTES = 50 * 1024

export async function readClientWellKnown(http: HttpClient, domain: string): Promise<ClientWellKnown> {
  const hostname = parseServerName(domain)?.hostname ?? domain
  const answer = await answerOf(() =>
    http.request({
      url: `https://${hostname}/.well-known/matrix/client`,
      trust: 'operator',
      redirects: 5,
      maxBytes: MAX_BYTES,
    }),
  )
  return answer instanceof HttpFailure ? { state: 'unreachable', failure: answer } : readAnswer(answer)
}

function readAnswer(response: HttpResponse): ClientWellKnown {
  const { status, headers } = response
  if (status === 404) return { state: 'absent' }
  if (status !== 200) return { state: 'broken', why: `It answers with status ${status}.` }
  const { data } = wellKnownSchema.safeParse(jsonIn(response))
  if (data === undefined) {
    return { state: 'broken', why: 'It is no JSON object with m.homeserver and its base_url.' }
  }
  return {
    state: 'there',
    homeserver: data['m.homeserver'].base_url,
    identityServer: data['m.identity_server']?.base_url ?? null,
    isShared: headers['access-control-allow-origin'] === '*',
  }
}

import { z } from 'zod'
import type { HttpClient, HttpResponse } from '../net/http-client.ts'
import { HttpFailure } from '../net/http-failure.ts'
import type { Clock } from '../runtime.ts'
import { answerOf, jsonIn } from './answers.ts'
import type { ClientWellKnown } from './client-well-known.ts'
import type { SeenHomeserver } from './world.ts'

/** The client API does not answer, or something else does. */
export class HomeserverFailure extends Error {
  override readonly name = 'HomeserverFailure'
  readonly url: string
  readonly seen: HttpResponse | HttpFailure

  constructor(url: string, seen: HttpResponse | HttpFailure) {
    super('The client API of the homeserver gives no usable answer.')
    this.url = url
    this.seen = seen
  }
}

const versionsSchema = z.looseObject({ versions: z.array(z.string()) })

/** Asks our homeserver for its versions, where clients would ask. Throws `HomeserverFailure`. */
export async function findHomeserver(url: string, http: HttpClient, clock: Clock): Promise<SeenHomeserver> {
  const before = clock.now()
  const versions = await answerOf(() =>
    http.request({ url: `${url}/_matrix/client/versions`, trust: 'operator' }),
  )
  const askedAt = (before + clock.now()) / 2
  if (versions instanceof HttpFailure || !isVersions(versions)) throw new HomeserverFailure(url, versions)
  return { url, versions, askedAt }
}

const isVersions = (response: HttpResponse) =>
  response.status === 200 && versionsSchema.safeParse(jsonIn(response)).success

/** As the domain tells clients; else the domain itself. */
export function toldUrl(domain: string, wellKnown: ClientWellKnown): string {
  return wellKnown.state === 'there' ? wellKnown.homeserver : `https://${domain}`
}

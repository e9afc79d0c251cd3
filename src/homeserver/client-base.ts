import { z } from 'zod'
import type { Config } from '../config/schema.ts'
import { HttpFailure, type HttpClient } from '../net/http-client.ts'

const wellKnownSchema = z.looseObject({
  'm.homeserver': z.looseObject({ base_url: z.url({ protocol: /^https?$/ }) }),
})

/**
 * Base URL of the client API of our own homeserver: as the configuration has it, else as its domain says
 * (Client-Server API, "Server discovery"). Throws HttpFailure.
 */
export async function clientBaseUrl(
  { domain, homeserverUrl, pins }: Config['matrix'],
  http: Pick<HttpClient, 'request'>,
  signal: AbortSignal,
): Promise<string> {
  const known = homeserverUrl ?? pins[domain]
  if (known !== undefined) return known.replace(/\/+$/, '')
  const host = domain.replace(/:\d+$/, '')
  const url = `https://${host}/.well-known/matrix/client`
  const response = await http.request({ url, trust: 'operator', redirects: 3, signal })
  const found = response.status === 200 ? wellKnownSchema.safeParse(jsonOf(response)).data : undefined
  return found?.['m.homeserver'].base_url.replace(/\/+$/, '') ?? `https://${host}`
}

function jsonOf(response: { json(): unknown }): unknown {
  try {
    return response.json()
  } catch (error) {
    if (error instanceof HttpFailure) return undefined
    throw error
  }
}

import { HttpFailure, type HttpResponse } from '../net/http-client.ts'
import { DeliveryError } from './delivery-error.ts'

/** Statuses that concern the way to the service or its account, which the operator can repair while a message waits. */
const repairable: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 407, 408, 409, 421, 423, 425, 429])

/** A refusal of a sending service as a DeliveryError: other 4xx answers are about the message and stay what they are. */
export function refusedByService(service: string, response: HttpResponse, reason: string): DeliveryError {
  const { status } = response
  const permanent = status >= 400 && status < 500 && !repairable.has(status)
  const said = reason === '' ? '' : `: ${reason}`
  return new DeliveryError({
    permanent,
    code: 'service-rejected',
    detail: `${service} answered ${status}${said}`,
  })
}

/** Runs one request; no answer at all is worth another attempt. */
export async function reachService(
  service: string,
  request: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  try {
    return await request()
  } catch (cause) {
    // The code alone: a message could quote the URL, and with it a number or a key.
    const why = cause instanceof HttpFailure ? cause.code : 'the request failed'
    throw new DeliveryError({
      permanent: false,
      code: 'service-unreachable',
      detail: `${service} cannot be reached: ${why}`,
      cause,
    })
  }
}

/** The body as JSON, or `null` when it is none. */
export function jsonOrNull(response: HttpResponse): unknown {
  try {
    return response.json()
  } catch {
    return null
  }
}

import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** The status of an answer. Rejects when there is none in time. */
export type Probe = (url: URL, timeoutMs: number) => Promise<number>

/**
 * Asks the server of this shell whether it is there. Its certificate is for a name, and this asks an address of this
 * machine, so that the certificate is not looked at: nothing is sent, and only the status is taken.
 */
export const probe: Probe = (url, timeoutMs) =>
  new Promise((resolve, reject) => {
    const options = {
      signal: AbortSignal.timeout(timeoutMs),
      rejectUnauthorized: false,
      agent: false,
    } as const
    const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
    request.end()
  })

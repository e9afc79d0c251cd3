import type { FastifyRequest } from 'fastify'
import { AdminError } from '../api/errors.ts'

/** A page of another origin can send this header only after a preflight, which nothing here answers. */
export const CONSOLE_HEADER = 'x-signpost-console'

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Lets pass what our own pages and programs ask for, and nothing that another page makes a browser do. The session cookie
 * is SameSite=Strict, but all ports of this machine are one site: any other program here could serve such a page.
 * Throws `AdminError` (`foreign-origin`).
 */
export function checkOrigin({ method, headers }: FastifyRequest, secure: boolean): void {
  const own = `${secure ? 'https' : 'http'}://${headers.host ?? ''}`.toLowerCase()
  const { origin, 'sec-fetch-site': site } = headers
  if (origin !== undefined && origin.toLowerCase() !== own) throw foreign(origin, own)
  // `none` is what a person typed; a page can only follow a link so far as to read, and cannot see the answer.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new AdminError('foreign-origin')
  if (!readingMethods.has(method) && headers[CONSOLE_HEADER] === undefined) {
    throw new AdminError('foreign-origin', {
      message: 'Changes need the header X-Signpost-Console.',
      fix: 'Send X-Signpost-Console: 1 with every request that changes something.',
    })
  }
}

/** The same host over another scheme is a proxy with HTTPS whose headers nobody believes. */
function foreign(origin: string, own: string): AdminError {
  const isProxy = !own.startsWith('https:') && origin.toLowerCase() === own.replace(/^http:/, 'https:')
  if (!isProxy) return new AdminError('foreign-origin')
  return new AdminError('foreign-origin', {
    fix: 'Behind a reverse proxy with HTTPS: name it in admin.trustedProxies, and let it set X-Forwarded-Proto.',
  })
}

import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** The cookie that holds the token of a session; tokens are URL-safe base64 and stand in it as they are. */
export interface SessionCookie {
  /** Null when the request has none. */
  read(request: FastifyRequest, secure: boolean): string | null
  write(reply: FastifyReply, secure: boolean, token: string, lifetimeMs: number): void
  clear(reply: FastifyReply, secure: boolean): void
}

/**
 * Cookies do not tell ports apart, so the name holds a mark of this installation: two Signposts on one machine leave each
 * other's sessions alone. Over HTTPS the prefix `__Host-` keeps neighbours of the domain from setting it (RFC 6265bis,
 * section 4.1.3.2).
 */
export function createSessionCookie(dataDir: string): SessionCookie {
  const plainName = `signpost-${hash('sha256', dataDir, 'hex').slice(0, 8)}`
  const nameFor = (secure: boolean) => (secure ? `__Host-${plainName}` : plainName)

  function set(reply: FastifyReply, secure: boolean, value: string, maxAge: number): void {
    const attributes = ['Path=/', `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Strict']
    if (secure) attributes.push('Secure')
    reply.header('set-cookie', [`${nameFor(secure)}=${value}`, ...attributes].join('; '))
  }

  return {
    read({ headers }, secure) {
      const start = `${nameFor(secure)}=`
      const pair = headers.cookie?.split(';').find((each) => each.trimStart().startsWith(start))
      const value = pair?.trimStart().slice(start.length) ?? ''
      return value === '' ? null : value
    },
    write: (reply, secure, token, lifetimeMs) => set(reply, secure, token, Math.floor(lifetimeMs / 1000)),
    clear: (reply, secure) => set(reply, secure, '', 0),
  }
}

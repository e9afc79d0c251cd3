import { hash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Runtime } from '../runtime.ts'

/** 256 random bits in URL-safe base64. */
export function newToken({ random }: Pick<Runtime, 'random'>): string {
  return random.bytes(32).toString('base64url')
}

/** What is stored instead of the token. The token has full entropy, so a plain hash is enough. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'hex')
}

/** Compares in constant time, whatever the lengths. */
export function isSameToken(one: string, other: string): boolean {
  return timingSafeEqual(hash('sha256', one, 'buffer'), hash('sha256', other, 'buffer'))
}

/**
 * The access token of a request: the `Authorization: Bearer` header, else the query string. The query form is
 * deprecated since v1.11 (MSC4126), but Synapse asks `hash_details` with nothing else.
 */
export function tokenOf(request: FastifyRequest): string | null {
  const header = request.headers.authorization
  if (header !== undefined && header.length > 7 && header.slice(0, 7).toLowerCase() === 'bearer ') {
    return header.slice(7).trim()
  }
  const query = (request.query as Record<string, unknown>)['access_token']
  return typeof query === 'string' && query !== '' ? query : null
}

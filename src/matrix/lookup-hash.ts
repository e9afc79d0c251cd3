import { hash } from 'node:crypto'
import type { Medium } from './threepid.ts'

/** Identity Service API, "Association lookup". `none` sends plain addresses. */
export type LookupAlgorithm = 'sha256' | 'none'

/**
 * The sha256 lookup hash of a canonical address as it goes over the wire: 43 characters of URL-safe base64.
 * The medium is lower-case, the three parts are joined by single spaces.
 */
export function lookupHash(address: string, medium: Medium, pepper: string): string {
  return hash('sha256', `${address} ${medium} ${pepper}`, 'base64url')
}

/** The same hash as its 32 bytes, the form in which the index keeps it. */
export function lookupHashBytes(address: string, medium: Medium, pepper: string): Buffer {
  return hash('sha256', `${address} ${medium} ${pepper}`, 'buffer')
}

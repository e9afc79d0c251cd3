import { hash } from 'node:crypto'

/**
 * The sha256 lookup hash of a canonical address as it goes over the wire: 43 characters of URL-safe base64 (Identity
 * Service API, "sha256").
 */
export function lookupHash(address: string, medium: string, pepper: string): string {
  return lookupHashBytes(address, medium, pepper).toString('base64url')
}

/** The same hash as its 32 bytes. The medium is lower-case, the three parts are joined by single spaces. */
export function lookupHashBytes(address: string, medium: string, pepper: string): Buffer {
  return hash('sha256', `${address} ${medium} ${pepper}`, 'buffer')
}

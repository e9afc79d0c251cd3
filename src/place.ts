import { lookup } from 'node:dns/promises'
import type { ListenAddress } from './listen.ts'
import { parseIp } from './net/ip-address.ts'

/** One end of a connection, as a socket has it. */
export interface LocalEnd {
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
}

/** Where to listen, with the IP addresses of a name. */
export interface Place {
  readonly at: ListenAddress
  readonly hosts: readonly string[]
}

/** Rejects with the operating system's error (`ENOTFOUND`) for a name that this machine does not know. */
export async function placeOf(at: ListenAddress): Promise<Place> {
  if (parseIp(at.host) !== null) return { at, hosts: [at.host] }
  const found = await lookup(at.host, { all: true })
  return { at, hosts: [...new Set(found.map(({ address }) => address))] }
}

export const isSamePlace = (a: ListenAddress, b: ListenAddress) => a.host === b.host && a.port === b.port

/** Whether a socket bound to `host` gets what is sent to `address`. `::` takes IPv4, too, as Node opens it. */
export function reaches(host: string, address: string | undefined): boolean {
  const [bound, asked] = [parseIp(host), parseIp(address ?? '')]
  if (bound === null || asked === null) return false
  if (host === '::') return true
  if (host === '0.0.0.0') return asked.kind() === 'ipv4'
  return bound.toString() === asked.toString()
}

/** Whether `wide` gets all that is sent to `narrow`: a wildcard beside a single address on one port. */
export function includes(wide: Place, narrow: Place): boolean {
  return collide(wide, narrow) && narrow.hosts.every((host) => wide.hosts.some((each) => reaches(each, host)))
}

/** Whether the two cannot be listened on at once. */
export function collide(a: Place, b: Place): boolean {
  if (a.at.port !== b.at.port || a.at.port === 0) return false
  return a.hosts.some((hostA) => b.hosts.some((hostB) => reaches(hostA, hostB) || reaches(hostB, hostA)))
}

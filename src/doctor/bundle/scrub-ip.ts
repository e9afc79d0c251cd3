import { parseIp } from '../../net/ip-address.ts'
import type { Pseudonyms } from './pseudonyms.ts'

/** Private and special addresses say how a network is built, and nothing of whose it is: they stay. */
export function scrubIp(text: string, pseudonyms: Pseudonyms): string {
  const address = parseIp(text)
  if (address === null || address.range() !== 'unicast') return text
  return pseudonyms.thing(address.kind() === 'ipv4' ? 'ip4' : 'ip6', address.toString())
}

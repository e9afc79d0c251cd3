import ipaddr from 'ipaddr.js'

/** Whether a host of a URL or of `listen` leads to this machine alone. Brackets around IPv6 are allowed. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '')
  if (name === 'localhost') return true
  return ipaddr.isValid(name) && ipaddr.process(name).range() === 'loopback'
}

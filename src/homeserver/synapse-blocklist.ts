import { createNetworkList, type NetworkList } from '../net/network-list.ts'

/**
 * Networks that a Synapse refuses to connect to when a client named the server, unless `ip_range_whitelist` says
 * otherwise: the default of `ip_range_blacklist` (Synapse, "Configuring Synapse"). One such address of a name is enough
 * for the whole name to be refused.
 */
const refusedByDefault = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '192.0.0.0/24',
  '169.254.0.0/16',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '192.0.2.0/24',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '::1/128',
  'fe80::/10',
  'fc00::/7',
  '2001:db8::/32',
  'ff00::/8',
  'fec0::/10',
] as const

export const synapseBlocklist: NetworkList = createNetworkList(refusedByDefault)

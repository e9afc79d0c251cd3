import type { DoctorCheck, Faults, Result } from '../check.ts'
import { PortFailure } from '../find-public.ts'
import { fine, reporterOf } from '../results.ts'
import type { DoctorWorld, PublicPlace } from '../world.ts'

const faults = {
  'public-port-closed': {
    status: 'problem',
    meaning: 'Nothing takes connections under the public URL.',
    cause: 'The reverse proxy does not run, listens elsewhere, or a firewall closes the port.',
    fix: 'On the machine of the proxy: systemctl status nginx (or caddy, apache2, haproxy); ss -ltnp - then open the port in the firewall.',
  },
  'public-port-partly-closed': {
    status: 'warning',
    meaning:
      'Some addresses of the public name take no connections; whoever tries those first has to wait or fails.',
    cause: 'An AAAA record leads to a machine that listens on IPv4 only, or an old record was left behind.',
    fix: 'Let the proxy listen on these addresses too, or take them out of DNS.',
  },
  'public-address-unreachable-from-inside': {
    status: 'warning',
    meaning:
      'The public address does not answer from inside your network, so that nothing about it can be said from here. A homeserver in this network cannot reach Signpost by it either.',
    cause:
      'Most home routers do not lead connections from inside to their own public address back in (NAT loopback, hairpin). It may also be closed for everybody.',
    fix: 'Try it from outside (a phone without Wi-Fi): /_matrix/identity/v2 has to answer {}. Inside, let DNS name the private address of the proxy, or switch NAT loopback on in the router.',
  },
} as const satisfies Faults

const found = reporterOf(faults)

export const publicPort: DoctorCheck = {
  code: 'public-port',
  area: 'public-url',
  title: 'the port of the public URL',
  faults,
  limitMs: 6_500,
  async run(world) {
    const place = await world.place.need()
    const addresses = await world.publicAddresses.need()
    try {
      const { closed } = await world.openPort.look()
      if (closed.length === 0) return [fine('public-port', `Port ${place.port} takes connections.`)]
      const detail = `Port ${place.port} of ${place.host} is closed on ${closed.join(', ')}.`
      return [found('public-port-partly-closed', { detail })]
    } catch (error) {
      if (error instanceof PortFailure) return [resultOf(world, place, addresses, error)]
      throw error
    }
  },
}

function resultOf(
  world: DoctorWorld,
  { host, port }: PublicPlace,
  addresses: readonly string[],
  { reasons }: PortFailure,
): Result {
  const tried = [...reasons].map(([address, code]) => `${address} (${code})`).join(', ')
  const detail = `No connection to ${host}, port ${port}: ${tried}.`
  if (!isBehindNat(world, addresses)) return found('public-port-closed', { detail })
  return found('public-address-unreachable-from-inside', {
    detail: `${detail} These are public addresses, and this machine has private ones only.`,
    fix: `Try it from outside (a phone without Wi-Fi): https://${host}:${port}/_matrix/identity/v2 has to answer {}. Inside, let DNS name the private address of the proxy (or write it into /etc/hosts), or switch NAT loopback on in the router.`,
  })
}

/** Public addresses that are not this machine's, seen from a machine that has no public one. */
function isBehindNat(
  { machine, homeserverBlocklist: privateNetworks }: DoctorWorld,
  addresses: readonly string[],
): boolean {
  const own = machine.addresses()
  return (
    addresses.every((address) => !privateNetworks.contains(address) && !own.includes(address)) &&
    own.every((address) => privateNetworks.contains(address))
  )
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configSchema } from '../../src/config/schema.ts'
import { proxyRenderers } from '../../src/gateway/snippets/proxies/render.ts'
import { siteOf } from '../../src/gateway/snippets/site.ts'
import {
  proxyPrograms,
  proxyUnavailable,
  startProxy,
  type ProxyProgram,
} from '../gateway/proxies/support/programs.ts'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/skip.ts'
import { createTempDir } from '../support/temp-dir.ts'
import {
  faultsIn,
  issue,
  publicHost,
  startBreakableWorld,
  type BreakableWorld,
} from './support/doctor-world.ts'

type ProxyName = 'nginx' | 'apache' | 'caddy' | 'haproxy'

/** Mistakes that people make in the site of their nginx: what is replaced by what, and what the doctor finds. */
const mistakes: readonly [string, (site: string, world: BreakableWorld) => string, readonly string[]][] = [
  [
    'a slash behind the port in proxy_pass',
    (site, world) => site.replaceAll(toSignpost(world), `${toSignpost(world).slice(0, -1)}/;`),
    ['proxy-changes-path'],
  ],
  [
    'no line for the Host header',
    (site) => site.replaceAll(/proxy_set_header Host .*;/g, ''),
    ['proxy-changes-host'],
  ],
  [
    'no line for X-Forwarded-For',
    (site) => site.replaceAll(/proxy_set_header X-Forwarded-For .*;/g, ''),
    ['proxy-drops-forwarded-for'],
  ],
  [
    'an X-Forwarded-For that is passed on as it came',
    (site) => site.replaceAll('$proxy_add_x_forwarded_for', '"$http_x_forwarded_for"'),
    ['proxy-drops-forwarded-for'],
  ],
  [
    'the usual limit for bodies',
    (site) =>
      site.replaceAll(/client_max_body_size .*;/g, 'client_max_body_size 1m;').replaceAll('1m;', '100k;'),
    ['proxy-limits-bodies'],
  ],
  [
    'an emptied Authorization header',
    (site, world) =>
      site.replaceAll(toSignpost(world), `${toSignpost(world)} proxy_set_header Authorization "";`),
    ['proxy-strips-authorization'],
  ],
  [
    'a second CORS header',
    (site, world) =>
      site.replaceAll(toSignpost(world), `${toSignpost(world)} add_header Access-Control-Allow-Origin *;`),
    ['proxy-doubles-cors'],
  ],
  [
    'methods that are not let through',
    (site, world) =>
      site.replaceAll(toSignpost(world), `${toSignpost(world)} if ($request_method = PUT) { return 405; }`),
    ['proxy-refuses-method (PUT)'],
  ],
  [
    'a rule for v2 that leads to the homeserver',
    (site, world) =>
      site.replace(
        'location ^~ /_matrix/identity/',
        `location ^~ /_matrix/identity/v2 { proxy_pass ${world.homeserver.url}; }\n    location ^~ /_matrix/identity/`,
      ),
    ['route-missing (/_matrix/identity/v2)', 'route-missing (/_matrix/identity/v2/hash_details)'],
  ],
]

const toSignpost = ({ appliance }: BreakableWorld) => `proxy_pass ${appliance.publicAddress};`

interface Place {
  readonly world: BreakableWorld
  readonly port: number
  readonly siteFor: (name: ProxyName) => string
}

/** A world whose public URL leads to a port on which nobody listens yet, and the sites that belong there. */
async function createPlace(): Promise<Place> {
  const port = await freePort()
  const world = await startBreakableWorld({ publicPort: port })
  const dir = await createTempDir('site')
  const { key, cert } = issue(world.authority, [publicHost])
  const files = { chain: join(dir, 'chain.pem'), key: join(dir, 'key.pem') }
  const combined = join(dir, 'combined.pem')
  await writeFile(files.chain, cert)
  await writeFile(files.key, key)
  await writeFile(combined, cert + key)
  const site = siteOf(configSchema.parse(world.config))
  return {
    world,
    port,
    siteFor(name) {
      const certificate = name === 'haproxy' ? { chain: combined, key: combined } : files
      return proxyRenderers[name]({ ...site, certificate }).text
    },
  }
}

const run = async ({ world, port }: Place, program: ProxyProgram, site: string) => {
  const proxy = await startProxy(program, [site], [port])
  try {
    return faultsIn(await world.examine())
  } finally {
    await proxy.stop()
  }
}

describe.each(['nginx', 'apache', 'caddy', 'haproxy'] as const)('behind %s', (name) => {
  const program = proxyPrograms[name]
  describeWith(name, proxyUnavailable(program), 'with the site that Signpost writes', () => {
    let place: Place
    beforeAll(async () => {
      place = await createPlace()
    })
    afterAll(() => place.world.stop())

    it('the doctor finds nothing', async () => {
      expect(await run(place, program, place.siteFor(name))).toEqual([])
    })
  })
})

describeWith('nginx', proxyUnavailable(proxyPrograms.nginx), 'in a site of nginx, the doctor finds', () => {
  let place: Place
  beforeAll(async () => {
    place = await createPlace()
  })
  afterAll(() => place.world.stop())

  it.each(mistakes)('%s', async (_mistake, spoil, finds) => {
    const site = place.siteFor('nginx')
    const spoilt = spoil(site, place.world)
    expect(spoilt).not.toBe(site)
    expect(await run(place, proxyPrograms.nginx, spoilt)).toEqual(finds)
  })
})

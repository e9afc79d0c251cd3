import { describe, expect, it } from 'vitest'
import { configSchema } from '../../../src/config/schema.ts'
import {
  clientPattern,
  featuresOf,
  gatewayFeatures,
  routeFor,
  routesFor,
  routesOf,
  type GatewayFeatures,
} from '../../../src/gateway/snippets/routes.ts'
import { startTestAppliance } from '../../support/appliance.ts'
import {
  allFeatures,
  clientVersions,
  combinations,
  expectations,
  expectedReceiver,
  noFeatures,
} from '../proxies/support/combinations.ts'

const only = (features: Partial<GatewayFeatures>) => routesFor({ ...noFeatures, ...features })
const names = (features: Partial<GatewayFeatures>) => only(features).map(({ name }) => name)

describe('the routes to Signpost', () => {
  it('are those of the identity API for a configuration of today', () => {
    const config = configSchema.parse({ matrix: { domain: 'example.org' } })
    expect(routesOf(config).map(({ name }) => name)).toEqual(['identity'])
    expect(featuresOf(config)).toMatchObject({ identity: true, identityV1: true, authentication: false })
  })

  it('keep the identity API whole when v1 is off, since its keys stand in rooms', () => {
    const config = configSchema.parse({ matrix: { domain: 'example.org' }, identityV1: { enabled: false } })
    expect(featuresOf(config).identityV1).toBe(false)
    const request = { method: 'GET', path: '/_matrix/identity/api/v1/pubkey/isvalid' }
    expect(routeFor(routesOf(config), request)?.name).toBe('identity')
  })

  it('hold the challenge of ACME only when nothing but the proxy listens on port 80', () => {
    const withPort = (httpPort: number | null, challenge: 'http-01' | 'tls-alpn-01' = 'http-01') =>
      featuresOf(
        configSchema.parse({
          matrix: { domain: 'example.org' },
          server: { tls: { mode: 'acme', acme: { httpPort, challenge } } },
        }),
      ).acmeChallenge
    expect([withPort(null), withPort(80), withPort(null, 'tls-alpn-01')]).toEqual([true, false, false])
    expect(names({ acmeChallenge: true })).toEqual(['acme-challenge'])
  })

  it('have every feature, and nothing for none', () => {
    for (const feature of gatewayFeatures) {
      expect(only({ [feature]: true }).every((route) => route.feature === feature)).toBe(true)
      expect(names({ [feature]: true })).not.toEqual([])
    }
    expect(routesFor(noFeatures)).toEqual([])
  })

  it('never lead to what is asked from this machine only', () => {
    const internal = { method: 'POST', path: '/_matrix-internal/identity/v1/check_credentials' }
    expect(routeFor(routesFor({ ...allFeatures, acmeChallenge: true }), internal)).toBeNull()
    expect(routeFor(routesFor(allFeatures), { method: 'GET', path: '/metrics' })).toBeNull()
  })

  it('are named once, and lead where their own samples go', () => {
    const routes = routesFor({ ...allFeatures, identityV1: true, acmeChallenge: true })
    expect(new Set(routes.map(({ name }) => name)).size).toBe(routes.length)
    for (const { name, sample, feature } of routes) {
      const path = sample.path.replace(/\?.*/, '')
      expect(routeFor(only({ [feature]: true }), { ...sample, path })?.name).toBe(name)
    }
  })

  it('decide as the table of expectations says, for every combination and version', () => {
    for (const features of combinations) {
      const routes = routesFor(features)
      for (const expectation of clientVersions.flatMap((version) => expectations(version))) {
        const { method, path } = expectation
        const taken = routeFor(routes, { method, path: path.replace(/\?.*/, '') }) !== null
        if (taken !== (expectedReceiver(features, expectation) === 'signpost')) {
          expect.unreachable(`${method} ${path} with ${JSON.stringify(features)}`)
        }
      }
    }
  })

  it('write patterns that PCRE, RE2 and JavaScript read alike', () => {
    const patterns = only(allFeatures).flatMap(({ match }) => (match.kind === 'client' ? [match.tail] : []))
    // No look-around, no lazy quantifiers, no back references: RE2 has none of them.
    expect(clientPattern(patterns)).not.toMatch(/\(\?|[*+]\?|\\\d|[\s"'`{}]/)
  })

  it('reach a running Signpost, whose answers to the samples of today are its own', async () => {
    const appliance = await startTestAppliance({ config: { matrix: { domain: 'example.org' } } })
    try {
      for (const { sample } of [...routesOf(appliance.config.current()), ...only({ identityV1: true })]) {
        const response = await fetch(appliance.publicAddress + sample.path, { method: sample.method })
        expect(response.status).toBe(200)
      }
    } finally {
      await appliance.stop()
    }
  })
})

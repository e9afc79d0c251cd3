import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../../support/skip.ts'
import { freePorts } from '../../support/free-port.ts'
import type { GatewayFeatures } from '../../../src/gateway/snippets/routes.ts'
import {
  clientVersions,
  combinations,
  expectations,
  expectedReceiver,
  type Expectation,
} from './support/combinations.ts'
import { proxyPrograms, proxyUnavailable, startProxy, type RunningProxy } from './support/programs.ts'
import { createSiteCertificate, onLoopback, renderSite, type SiteCertificate } from './support/sites.ts'
import { startStandIn, type StandIn } from './support/stand-in.ts'
import { createVisitor } from './support/visitor.ts'

/** As many combinations at a time. */
const AT_ONCE = 16

let certificate: SiteCertificate
let signpost: StandIn
let homeserver: StandIn

beforeAll(async () => {
  certificate = await createSiteCertificate()
  signpost = await startStandIn('signpost')
  homeserver = await startStandIn('homeserver')
})
afterAll(async () => {
  await signpost?.close()
  await homeserver?.close()
})

for (const name of ['nginx', 'apache', 'caddy', 'haproxy', 'npm'] as const) {
  const program = proxyPrograms[name]
  describeWith(
    name,
    proxyUnavailable(program),
    `a site of ${name}, for every combination of features`,
    () => {
      let proxy: RunningProxy
      let ports: readonly number[]

      beforeAll(async () => {
        ports = await freePorts(program.ownPorts ? combinations.length : 1)
        const sites = combinations.map((features, n) =>
          renderSite(name, certificate, {
            ...{ host: hostOf(n), port: portOf(n), features },
            ...{ signpost: onLoopback(signpost.port), homeserver: onLoopback(homeserver.port) },
          }),
        )
        proxy = await startProxy(program, sites, ports)
      })
      afterAll(() => proxy?.stop())

      // Nginx Proxy Manager leaves whatever else there is to the one server that it knows.
      const receiverOf = (features: GatewayFeatures, expectation: Expectation) =>
        expectedReceiver(features, expectation) ?? (name === 'npm' ? 'homeserver' : null)
      const hostOf = (n: number) => `c${n}.example.org`
      const portOf = (n: number) => ports[program.ownPorts ? n : 0] ?? 0

      it('passes every request to whom it belongs, its path unchanged', { timeout: 120_000 }, async () => {
        const wrong: string[] = []
        let asked = 0
        const tryCombination = async (n: number) => {
          const features = combinations[n]
          const version = clientVersions[n % clientVersions.length] ?? 'v3'
          const visitor = createVisitor({ host: hostOf(n), port: portOf(n), ca: certificate.ca })
          for (const expectation of features === undefined ? [] : expectations(version)) {
            const { method, path } = expectation
            const answer = await visitor.ask({ method, path })
            const receiver = features === undefined ? null : receiverOf(features, expectation)
            const url = answer.who === null || method === 'HEAD' ? path : answer.seen().url
            asked += 1
            if (answer.who === receiver && url === path && isAnswered(answer.status, receiver)) continue
            const on = Object.entries(features ?? {}).flatMap(([feature, isOn]) => (isOn ? [feature] : []))
            wrong.push(
              `${method} ${path} with ${on.join(', ') || 'nothing'}: ${answer.status} by ${answer.who} (${url}) instead of ${receiver}`,
            )
          }
          visitor.close()
        }
        for (let n = 0; n < combinations.length; n += AT_ONCE) {
          await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => tryCombination(n + i)))
        }
        expect(wrong.slice(0, 10)).toEqual([])
        expect(asked).toBe(combinations.length * expectations('v3').length)
      })
    },
  )
}

/** Nobody's paths: Apache, which has no document root in these tests, says 403 instead of 404. */
function isAnswered(status: number, receiver: string | null): boolean {
  return receiver === null ? status === 404 || status === 403 : status === 200
}

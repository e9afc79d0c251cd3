import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { proxyRenderers } from '../../../src/gateway/snippets/proxies/render.ts'
import type { ProxySite } from '../../../src/gateway/snippets/site.ts'
import {
  combinations,
  expectations,
  expectedReceiver,
  noFeatures,
  type Expectation,
} from '../proxies/support/combinations.ts'
import { onLoopback, testSite } from '../proxies/support/sites.ts'

/** The part of the dynamic configuration that is used, by Traefik's reference of it ("Routers", "Services", "ServersTransport"). */
const dynamicConfiguration = z.strictObject({
  http: z.strictObject({
    routers: z
      .record(
        z.string().regex(/^[^@]+$/),
        z.strictObject({
          rule: z.string(),
          priority: z.int(),
          entryPoints: z.array(z.string()),
          service: z.string(),
          tls: z.strictObject({ certResolver: z.string() }),
        }),
      )
      .optional(),
    services: z.record(
      z.string(),
      z.strictObject({
        loadBalancer: z.strictObject({
          serversTransport: z.string().optional(),
          servers: z.array(z.strictObject({ url: z.url() })).min(1),
        }),
      }),
    ),
    serversTransports: z
      .record(
        z.string(),
        z.strictObject({ serverName: z.string(), insecureSkipVerify: z.boolean().optional() }),
      )
      .optional(),
  }),
})

const render = (site: Partial<ProxySite>) => {
  return dynamicConfiguration.parse(parse(proxyRenderers.traefik(testSite(site)).text)).http
}

interface Asked {
  readonly host: string
  readonly method: string
  readonly path: string
}

/** The matchers of a rule, as their documentation describes them. */
const matchers: Readonly<Record<string, (value: string, asked: Asked) => boolean>> = {
  Host: (value, { host }) => value === host,
  Method: (value, { method }) => value === method,
  PathPrefix: (value, { path }) => path.startsWith(value),
  PathRegexp: (value, { path }) => new RegExp(value).test(path),
}

/** Reads a rule: matchers joined by && and ||, with parentheses; && binds more tightly. */
function matches(rule: string, asked: Asked): boolean {
  const tokens = rule.match(/\w+\(`[^`]*`\)|&&|\|\||[()]|\S/g) ?? []
  let at = 0
  const take = (token: string) => (tokens[at] === token ? (at += 1) > 0 : false)
  const either = (): boolean => {
    let value = both()
    while (take('||')) value = both() || value
    return value
  }
  const both = (): boolean => {
    let value = one()
    while (take('&&')) value = one() && value
    return value
  }
  const one = (): boolean => {
    if (take('(')) {
      const value = either()
      if (!take(')')) throw new Error(`a parenthesis is missing: ${rule}`)
      return value
    }
    const [, name = '', value = ''] = /^(\w+)\(`([^`]*)`\)$/.exec(tokens[at] ?? '') ?? []
    at += 1
    const matcher = matchers[name]
    if (matcher === undefined) throw new Error(`no matcher "${name}" in ${rule}`)
    return matcher(value, asked)
  }
  const value = either()
  if (at !== tokens.length) throw new Error(`something is left over: ${tokens.slice(at).join(' ')}`)
  return value
}

function receiverOf(http: ReturnType<typeof render>, asked: Asked): string | null {
  const routers = Object.values(http.routers ?? {}).sort((a, b) => b.priority - a.priority)
  return routers.find(({ rule }) => matches(rule, asked))?.service ?? null
}

describe('the file for Traefik', () => {
  it('fits the schema of its dynamic configuration, and names services that are there', () => {
    for (const site of [
      {},
      { features: noFeatures },
      { homeserver: null },
      { features: noFeatures, homeserver: null },
      { signpost: { ...onLoopback(8443), tls: true }, homeserver: { ...onLoopback(8448), tls: true } },
      { wellKnown: 'homeserver' as const },
    ]) {
      const { routers = {}, services, serversTransports = {} } = render(site)
      for (const { service } of Object.values(routers)) expect(services).toHaveProperty(service)
      for (const { loadBalancer } of Object.values(services)) {
        const { serversTransport, servers } = loadBalancer
        expect(servers[0]?.url.startsWith('https:')).toBe(serversTransport !== undefined)
        if (serversTransport !== undefined) expect(serversTransports).toHaveProperty(serversTransport)
      }
    }
  })

  it('routes as the table of expectations says, for every combination of features', () => {
    const wrong: string[] = []
    const check = (http: ReturnType<typeof render>, expectation: Expectation, receiver: string | null) => {
      const { method, path } = expectation
      const asked = { host: 'matrix.example.org', method, path: path.replace(/\?.*/, '') }
      if (receiverOf(http, asked) !== receiver) wrong.push(`${method} ${path}`)
      if (receiverOf(http, { ...asked, host: 'other.example.org' }) !== null) wrong.push(`${path} elsewhere`)
    }
    for (const features of combinations) {
      const http = render({ features })
      for (const expectation of expectations('v3')) {
        check(http, expectation, expectedReceiver(features, expectation))
      }
    }
    expect(wrong.slice(0, 10)).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { configSchema, type ConfigInput } from '../../../src/config/schema.ts'
import { proxyRenderers } from '../../../src/gateway/snippets/proxies/render.ts'
import { siteOf, type SiteOptions } from '../../../src/gateway/snippets/site.ts'
import { upstreamFrom } from '../../../src/gateway/snippets/upstream.ts'

const site = (config: ConfigInput, options?: SiteOptions) =>
  siteOf(
    configSchema.parse({
      matrix: { domain: 'example.org' },
      server: { publicUrl: 'https://matrix.example.org' },
      ...config,
    }),
    options,
  )

describe('the site of a configuration', () => {
  it('has the public name, the listener and the usual homeserver', () => {
    expect(site({})).toMatchObject({
      ...{ host: 'matrix.example.org', port: 443, plainPort: 80, wellKnown: null },
      signpost: { host: '127.0.0.1', port: 8090, tls: false },
      homeserver: { host: '127.0.0.1', port: 8008, tls: false },
    })
  })

  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
    ['10.1.2.3', '10.1.2.3'],
  ])('reaches a listener on %s by %s', (host, reached) => {
    const server = { publicUrl: 'https://matrix.example.org', listen: { host } }
    expect(site({ server }).signpost.host).toBe(reached)
  })

  it('speaks TLS to a Signpost that speaks TLS, by its public name', () => {
    const server = { publicUrl: 'https://matrix.example.org', tls: { mode: 'selfSigned' } } as const
    expect(site({ server }).signpost).toMatchObject({ tls: true, tlsName: 'matrix.example.org' })
  })

  it('has the port of the public URL, and then no redirect', () => {
    const server = { publicUrl: 'https://matrix.example.org:8443' }
    expect(site({ server })).toMatchObject({ port: 8443, plainPort: null })
  })

  it('leaves the documents of the Matrix domain to the homeserver when it is its site', () => {
    expect(site({ server: {} })).toMatchObject({ host: 'example.org', wellKnown: 'homeserver' })
    expect(site({ server: {} }, { homeserver: null }).wellKnown).toBeNull()
  })

  it.each([
    ['no public name', { matrix: {}, server: {} }, '--server-name'],
    ['a path', { server: { publicUrl: 'https://example.org/identity' } }, 'the root of a host name'],
    ['no lasting port', { server: { publicUrl: 'https://a.org', listen: { port: 0 } } }, '--upstream'],
  ])('cannot be made with %s, and says what to do', (_title, config, fix) => {
    const make = () => site(config)
    expect(make).toThrow(
      expect.objectContaining({ code: 'snippet-impossible', fix: expect.stringContaining(fix) }),
    )
  })

  it('needs no configured name when one is given', () => {
    expect(site({ matrix: {}, server: {} }, { host: 'id.example.org' })).toMatchObject({
      host: 'id.example.org',
      port: 443,
    })
  })

  it('takes origins as upstreams, and nothing more', () => {
    expect(upstreamFrom('https://[fd00::1]:8448/')).toMatchObject({ host: 'fd00::1', port: 8448, tls: true })
    for (const url of ['8008', 'ftp://a', 'http://a/b', 'http://a/?b', 'http://u:p@a']) {
      expect(upstreamFrom(url)).toBeNull()
    }
  })

  it('is short for a configuration of today: one place for Signpost, one for the homeserver', () => {
    for (const render of Object.values(proxyRenderers)) {
      const { text, place } = render(site({}))
      expect(place).not.toBe('')
      expect(text).toContain('/_matrix/identity/')
      expect(text).not.toMatch(/undefined|null|user_directory|\n\n\n/)
      for (const line of text.split('\n')) expect(line).toMatch(/^$|\S$/)
    }
  })
})

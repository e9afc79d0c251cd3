import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { proxyRenderers } from '../../../src/gateway/snippets/proxies/render.ts'
import type { ProxySite } from '../../../src/gateway/snippets/site.ts'
import { onLoopback, testSite } from '../proxies/support/sites.ts'

const onOrOff = z.string().regex(/^(on|off)\b/)

/** The form "New Proxy Host" of Nginx Proxy Manager, field by field. */
const proxyHost = z.strictObject({
  'Domain Names': z.string().regex(/^[a-z\d.-]+$/),
  Scheme: z.enum(['http', 'https']),
  'Forward Hostname / IP': z.string().min(1),
  'Forward Port': z.string().regex(/^\d{1,5}$/),
  'Cache Assets': onOrOff,
  'Block Common Exploits': onOrOff,
  'Websockets Support': onOrOff,
  'Access List': z.literal('Publicly Accessible'),
  'SSL: SSL Certificate': z.string(),
  'SSL: Force SSL': onOrOff,
  'SSL: HTTP/2 Support': onOrOff,
})

function read(site: Partial<ProxySite>) {
  const lines = proxyRenderers.npm(testSite(site)).text.split('\n')
  const fields = lines.flatMap((line) => {
    const [, name, value] = /^# {3}(\S.*?) {3,}(\S.*)$/.exec(line) ?? []
    return name === undefined ? [] : [[name, value]]
  })
  return {
    fields: proxyHost.parse(Object.fromEntries(fields)),
    block: lines.filter((line) => !line.startsWith('#')),
  }
}

describe('the text for Nginx Proxy Manager', () => {
  it('fills in every field of its form', () => {
    const { fields } = read({ homeserver: onLoopback(8008) })
    expect(fields).toMatchObject({
      'Domain Names': 'matrix.example.org',
      Scheme: 'http',
      'Forward Hostname / IP': '127.0.0.1',
      'Forward Port': '8008',
      'Websockets Support': 'on',
    })
  })

  it('forwards to Signpost when the homeserver has a site of its own', () => {
    const { fields } = read({
      homeserver: null,
      signpost: { host: 'signpost', port: 8443, tls: true, tlsName: 'x' },
    })
    expect(fields).toMatchObject({
      Scheme: 'https',
      'Forward Hostname / IP': 'signpost',
      'Forward Port': '8443',
    })
  })

  it('has no location that Nginx Proxy Manager writes itself', () => {
    const { block } = read({ features: { ...testSite({}).features, acmeChallenge: true } })
    const locations = block.filter((line) => line.startsWith('location'))
    expect(locations).toContain('location ^~ /_matrix/identity/ {')
    expect(locations.join('\n')).not.toMatch(/acme-challenge|location \/ /)
  })
})

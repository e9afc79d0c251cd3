import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  documentsOf,
  readWellKnown,
  wellKnownClient,
  wellKnownServer,
  wellKnownSnippet,
} from '../../../src/gateway/snippets/well-known.ts'

const facts = { clientUrl: 'https://hs.example.org', identityUrl: 'https://matrix.example.org' }

describe('the documents below /.well-known/matrix', () => {
  it('name the homeserver and Signpost', () => {
    expect(wellKnownClient(facts)).toEqual({
      'm.homeserver': { base_url: 'https://hs.example.org' },
      'm.identity_server': { base_url: 'https://matrix.example.org' },
    })
    expect(wellKnownServer(facts)).toEqual({ 'm.server': 'hs.example.org:443' })
    expect(wellKnownServer({ ...facts, clientUrl: 'https://hs.example.org:8443' })).toEqual({
      'm.server': 'hs.example.org:8443',
    })
  })

  it('keep what is there, but for another identity server', () => {
    const existing = {
      'm.homeserver': { base_url: 'https://old.example.org', extra: 1 },
      'm.identity_server': { base_url: 'https://vector.im' },
      'org.matrix.msc2965.authentication': { issuer: 'https://auth.example.org/' },
    }
    expect(wellKnownClient(facts, existing)).toEqual({
      ...existing,
      'm.identity_server': { base_url: 'https://matrix.example.org' },
    })
    expect(wellKnownServer(facts, { 'm.server': 'fed.example.org:8448' })).toEqual({
      'm.server': 'fed.example.org:8448',
    })
  })

  it('are read only when they are JSON objects', () => {
    expect(readWellKnown('{"m.server": "a:1"}')).toEqual({ 'm.server': 'a:1' })
    for (const text of ['', '<html>', '[]', '1', 'null']) expect(readWellKnown(text)).toBeNull()
  })

  it('say what is assumed, and only then', () => {
    const of = (clientUrl: string | null, existing?: Record<string, unknown>) =>
      wellKnownSnippet({ ...facts, clientUrl, domain: 'example.org' }, 'client', existing).remarks.join('\n')
    expect(of(null)).toContain('--client-url')
    expect(of('https://hs.example.org')).not.toContain('--client-url')
    expect(of(null, { 'm.homeserver': { base_url: 'https://hs.example.org' } })).not.toContain('--client-url')
    expect(of(null, {})).not.toContain('--merge')
  })

  it('stay the same JSON in the quotes of every proxy', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' })), (client) => {
        const [document] = documentsOf({ client, server: null })
        expect(JSON.parse(document?.json ?? '')).toEqual(client)
        // What nginx, HAProxy, Caddy and shells read themselves; a backslash only as \uXXXX.
        expect(document?.json).not.toMatch(/['`$%#<>]|[^\u0020-\u007e]|\\(?!u[\da-f]{4})/)
      }),
    )
  })
})

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { ConfigInput } from '../../src/config/schema.ts'
import { routeFor, routesOf } from '../../src/gateway/snippets/routes.ts'
import { factsOf } from '../../src/gateway/snippets/homeservers/facts.ts'
import { renderMas } from '../../src/gateway/snippets/homeservers/mas.ts'
import { startTestAppliance, type TestAppliance } from '../support/appliance.ts'
import { createTempDir } from '../support/temp-dir.ts'

interface MasConfig {
  readonly upstream_oauth2: { readonly providers: readonly Record<string, unknown>[] }
}

/** What a reader of docs/integrations/mas.md has at the end of it. */
describe('the page about MAS', () => {
  let signpost: TestAppliance
  let settings: ConfigInput
  beforeAll(async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/integrations/mas.md'), 'utf8')
    const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(page) ?? []
    settings = parse(yaml) as ConfigInput
    const dataDir = await createTempDir('mas-page')
    await writeFile(join(dataDir, 'mas-secret'), 'from openssl\n')
    signpost = await startTestAppliance({
      dataDir,
      config: {
        matrix: { domain: 'example.org' },
        server: { publicUrl: 'https://id.example.org' },
        ...settings,
      },
    })
  })
  afterAll(() => signpost?.stop())

  test('leads to a provider that knows MAS as the lines for MAS have it', async () => {
    const config = signpost.config.current()
    const { text } = renderMas(factsOf(config))
    const [provider] = (parse(text) as MasConfig).upstream_oauth2.providers
    const issuer = 'https://id.example.org/_signpost/oidc'
    expect(provider).toMatchObject({ issuer, client_id: 'matrix-authentication-service' })

    const [client] = config.authentication.oidc.clients
    const redirectUri = client?.redirectUris[0] ?? ''
    expect(redirectUri).toMatch(new RegExp(`/upstream/callback/${String(provider?.['id'])}$`))
    const query = new URLSearchParams({
      ...{ client_id: String(provider?.['client_id']), scope: String(provider?.['scope']) },
      ...{ redirect_uri: redirectUri, response_type: 'code' },
      ...{ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' },
    })
    const begun = await fetch(`${signpost.publicAddress}/_signpost/oidc/auth?${query}`, {
      redirect: 'manual',
    })
    expect(begun.status).toBe(303)
    expect(begun.headers.get('location')).toMatch(/^\/_signpost\/oidc\/sign-in\//)
    // Behind a proxy that speaks HTTPS, cookies never travel without it.
    const cookies = begun.headers.getSetCookie()
    expect(cookies.length).toBeGreaterThan(0)
    expect(cookies.filter((cookie) => !/; secure/i.test(cookie))).toEqual([])
  })

  test('has the proxy lead the path of the provider to Signpost', () => {
    const routes = routesOf(signpost.config.current())
    const path = '/_signpost/oidc/.well-known/openid-configuration'
    expect(routeFor(routes, { method: 'GET', path })).toMatchObject({ name: 'oidc' })
  })
})

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { configSchema, type ConfigInput } from '../../../src/config/schema.ts'
import { synapseBlocklist } from '../../../src/homeserver/synapse-blocklist.ts'
import { renderDns } from '../../../src/gateway/snippets/dns.ts'
import { renderConduit } from '../../../src/gateway/snippets/homeservers/conduit.ts'
import { renderDendrite } from '../../../src/gateway/snippets/homeservers/dendrite.ts'
import { factsOf, type FactOptions } from '../../../src/gateway/snippets/homeservers/facts.ts'
import { renderMas } from '../../../src/gateway/snippets/homeservers/mas.ts'
import { passwordModule, renderSynapse } from '../../../src/gateway/snippets/homeservers/synapse.ts'

function facts(config: ConfigInput = {}, options: FactOptions = {}) {
  const whole = configSchema.parse({
    matrix: { domain: 'example.org', homeserverUrl: 'http://127.0.0.1:8008' },
    server: { publicUrl: 'https://matrix.example.org' },
    ...config,
  })
  return factsOf(whole, { isRefused: (address) => synapseBlocklist.contains(address), ...options })
}

const synapse = (...args: Parameters<typeof facts>) => {
  const { text } = renderSynapse(facts(...args))
  return { text, yaml: parse(text) as Record<string, unknown> }
}

const withPhones: ConfigInput = { notifications: { sms: { transport: 'log' } } }

describe('the lines for Synapse', () => {
  it('name Signpost to clients, and nothing that Synapse would refuse to start with', () => {
    const { yaml, text } = synapse({}, { addresses: ['8.8.8.8'] })
    expect(yaml).toEqual({ default_identity_server: 'https://matrix.example.org' })
    expect(text).toContain('# public_baseurl:')
    expect(text).not.toContain('ip_range_whitelist')
  })

  it('have the base URL when it is known', () => {
    const { yaml } = synapse({}, { clientUrl: 'https://hs.example.org' })
    expect(yaml).toMatchObject({ public_baseurl: 'https://hs.example.org/' })
  })

  it('allow exactly the addresses that Synapse would refuse', () => {
    const addresses = ['8.8.8.8', '192.168.1.5', 'fd00::5', '2a00::1', '100.64.0.1']
    const { yaml } = synapse({}, { addresses })
    expect(yaml).toMatchObject({ ip_range_whitelist: ['192.168.1.5', 'fd00::5', '100.64.0.1'] })
  })

  it('say what to do should the address be private, when nobody knows it', () => {
    const { yaml, text } = synapse({}, { addresses: null })
    expect(yaml).not.toHaveProperty('ip_range_whitelist')
    expect(text).toContain("# ip_range_whitelist: ['192.168.1.5']")
  })

  it('hand phone numbers over only when text messages and v1 are there', () => {
    const delegate = { msisdn: 'http://127.0.0.1:8090' }
    expect(synapse(withPhones).yaml).toMatchObject({ account_threepid_delegates: delegate })
    expect(synapse({ notifications: { sms: { transport: 'none' } } }).text).not.toContain('delegates')
    expect(synapse({ ...withPhones, identityV1: { enabled: false } }).text).not.toContain('delegates')
    const limited = synapse({ ...withPhones, identityV1: { allow: ['10.0.0.0/8'] } })
    expect(limited.text).toContain('it is now: 10.0.0.0/8')
  })

  it('lead Synapse the short way only where both are on one machine', () => {
    const elsewhere = { domain: 'example.org', homeserverUrl: 'http://10.1.2.3:8008' }
    for (const config of [
      { ...withPhones, matrix: elsewhere },
      { ...withPhones, matrix: { domain: 'example.org' } },
    ]) {
      const delegates = { msisdn: 'https://matrix.example.org' }
      expect(synapse(config).yaml).toMatchObject({ account_threepid_delegates: delegates })
    }
  })

  it('have the password module, but never beside Matrix Authentication Service', () => {
    const config = { authentication: { provider: { enabled: true, secret: 'never shown' } } }
    const module = { module: passwordModule, config: { secret_path: '/etc/matrix-synapse/signpost-secret' } }
    expect(synapse(config).yaml).toMatchObject({ modules: [module] })
    expect(synapse(config).text).not.toContain('never shown')
    expect(synapse({}).yaml).not.toHaveProperty('modules')
    const { yaml, text } = synapse(config, { mas: true })
    expect(yaml).not.toHaveProperty('modules')
    expect(text).not.toContain(passwordModule)
    expect(text).toContain('signpost snippet mas')
  })

  it('name the registration of the application service when there is one', () => {
    const { yaml } = synapse({}, { features: { appservice: true } })
    expect(yaml).toMatchObject({ app_service_config_files: [expect.stringMatching(/\.yaml$/)] })
    expect(synapse().yaml).not.toHaveProperty('app_service_config_files')
  })

  it('show a listener as Synapse reads it', () => {
    const shown = synapse()
      .text.split('\n')
      .filter((line) => /^# ( {2}|listeners)/.test(line))
    expect(parse(shown.map((line) => line.slice(2)).join('\n'))).toEqual({
      listeners: [
        {
          ...{ port: 8008, type: 'http', tls: false, x_forwarded: true, bind_addresses: ['127.0.0.1'] },
          resources: [{ names: ['client', 'federation'] }],
        },
      ],
    })
  })
})

describe('the lines for Dendrite', () => {
  it('trust Signpost by the name that clients use, port included', () => {
    const { text } = renderDendrite(facts({ server: { publicUrl: 'https://matrix.example.org:8443' } }))
    expect(parse(text)).toEqual({
      global: { trusted_third_party_id_servers: ['matrix.example.org:8443'] },
    })
  })

  it('say that it needs v1', () => {
    expect(renderDendrite(facts({ identityV1: { enabled: false } })).text).toContain('identityV1.enabled')
    expect(renderDendrite(facts()).text).not.toContain('identityV1')
  })
})

describe('the text for the family of Conduit', () => {
  it('sets nothing, and says what works', () => {
    const { text } = renderConduit(facts())
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
    expect(text).toContain('matrix.example.org')
  })
})

describe('the lines for Matrix Authentication Service', () => {
  it('sets nothing while the OpenID provider is off', () => {
    expect(parse(renderMas(facts()).text)).toBeNull()
  })

  it('describe the provider, always with the same ULID', () => {
    const render = () => renderMas(facts({}, { features: { oidc: true } })).text
    const { upstream_oauth2 } = parse(render()) as { upstream_oauth2: { providers: { id: string }[] } }
    expect(upstream_oauth2.providers).toMatchObject([
      {
        // 128 bits: the first of the 26 characters has three of them.
        id: expect.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/),
        issuer: 'https://matrix.example.org/_signpost/oidc',
        pkce_method: 'always',
        claims_imports: { localpart: { action: 'require', template: '{{ user.preferred_username }}' } },
      },
    ])
    expect(render()).toBe(render())
    expect(render()).toContain(`/upstream/callback/${upstream_oauth2.providers[0]?.id}`)
  })

  it('follow the client that is configured, and then have nothing more to say about it', () => {
    const redirectUris = ['https://auth.example.org/upstream/callback/01HFRQFT5QFMJFGF01P7JAV2ME']
    const client = { id: 'mas', secret: 'never shown', secretBy: 'post', redirectUris } as const
    const { text } = renderMas(facts({ authentication: { oidc: { enabled: true, clients: [client] } } }))
    expect(parse(text)).toMatchObject({
      upstream_oauth2: {
        providers: [
          {
            id: '01HFRQFT5QFMJFGF01P7JAV2ME',
            client_id: 'mas',
            token_endpoint_auth_method: 'client_secret_post',
          },
        ],
      },
    })
    expect(text).not.toContain('never shown')
    expect(text).not.toContain('signpost.yaml')
  })
})

describe('the records for DNS', () => {
  const lines = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith(';'))

  it('lead to Signpost for every e-mail domain, and give its addresses', () => {
    const { text } = renderDns(facts({}, { addresses: ['8.8.8.8', '2a00::1'] }), {
      domains: ['example.org', 'school.example'],
      inbound: true,
    })
    expect(lines(text)).toEqual([
      '_matrix-identity._tcp.example.org. 3600 IN SRV 10 0 443 matrix.example.org.',
      '_matrix-identity._tcp.school.example. 3600 IN SRV 10 0 443 matrix.example.org.',
      'matrix.example.org. 3600 IN A 8.8.8.8',
      'matrix.example.org. 3600 IN AAAA 2a00::1',
    ])
  })

  it('have the port of the public URL', () => {
    const { text } = renderDns(facts({ server: { publicUrl: 'https://id.example.org:8443' } }), {
      domains: ['example.org'],
      inbound: true,
    })
    expect(lines(text)).toEqual(['_matrix-identity._tcp.example.org. 3600 IN SRV 10 0 8443 id.example.org.'])
    expect(text).toContain('; id.example.org. 3600 IN A 192.0.2.1')
  })

  it('lead nobody here who would get no answers, and say so', () => {
    const { text } = renderDns(facts(), { domains: ['example.org'], inbound: false })
    expect(lines(text)).toEqual([])
    expect(text).toContain('federation.inbound.enabled')
  })

  it('warn of a private address', () => {
    const { text } = renderDns(facts({}, { addresses: ['192.168.1.5'] }), { domains: [], inbound: true })
    expect(text).toContain('inside your network only')
  })
})

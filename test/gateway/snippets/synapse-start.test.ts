import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { configSchema } from '../../../src/config/schema.ts'
import { synapseBlocklist } from '../../../src/homeserver/synapse-blocklist.ts'
import { factsOf } from '../../../src/gateway/snippets/homeservers/facts.ts'
import { renderSynapse } from '../../../src/gateway/snippets/homeservers/synapse.ts'
import { startOrganisation, type Organisation, type Person } from '../../e2e/support/organisation.ts'
import { describeWith } from '../../support/skip.ts'
import { provideSynapse } from '../../support/synapse-unpack.ts'

const { unavailable } = await provideSynapse()

/** The part of Synapse's default list that matters here; the tests' own Synapse spares loopback. */
const defaultBlocklist = { ip_range_blacklist: ['127.0.0.0/8', '10.0.0.0/8', '192.168.0.0/16', '::1/128'] }

/** The snippet for a Signpost at this URL, read as Synapse reads it. */
function snippet(publicUrl: string): Record<string, unknown> {
  const config = configSchema.parse({
    matrix: { domain: 'example.org' },
    server: { publicUrl },
    notifications: { sms: { transport: 'log' } },
  })
  const { text } = renderSynapse(
    factsOf(config, {
      addresses: [new URL(publicUrl).hostname],
      isRefused: (address) => synapseBlocklist.contains(address),
    }),
  )
  return parse(text) as Record<string, unknown>
}

describeWith('Synapse', unavailable, 'A Synapse whose identity server has a private address', () => {
  async function inviteWith(extra: (url: string) => Record<string, unknown>) {
    const organisation = await startOrganisation({
      synapse: (url) => ({ ...defaultBlocklist, ...extra(url) }),
    })
    const alice = await organisation.person('alice')
    return { organisation, alice }
  }
  let plain: { organisation: Organisation; alice: Person }
  let told: { organisation: Organisation; alice: Person }

  beforeAll(async () => {
    plain = await inviteWith(() => ({}))
    told = await inviteWith(snippet)
  })
  afterAll(async () => {
    await plain?.organisation.stop()
    await told?.organisation.stop()
  })

  test('does not ask it without the snippet', async () => {
    const { organisation, alice } = plain
    const room = await organisation.createRoom(alice)
    expect(await organisation.invite(alice, room, 'bob@example.org')).toBeGreaterThanOrEqual(400)
  })

  test('starts with the snippet, asks it, and names it to its clients', async () => {
    const { organisation, alice } = told
    const room = await organisation.createRoom(alice)
    expect(await organisation.invite(alice, room, 'bob@example.org')).toBe(200)
    const wellKnown = await organisation.synapse.request('GET', '/.well-known/matrix/client')
    expect(wellKnown.body).toMatchObject({ 'm.identity_server': { base_url: organisation.publicUrl } })
  })
})

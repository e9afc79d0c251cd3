import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { member, startIdentityWorld, type IdentityWorld } from '../support/identity-world.ts'
import { expectError } from '../support/matrix-error.ts'

interface StoredInvite {
  readonly token: string
  readonly public_keys: readonly [Key, Key]
}
interface Key {
  readonly public_key: string
  readonly key_validity_url: string
}

let world: IdentityWorld
let longTerm: string
let invite: StoredInvite
beforeAll(async () => {
  world = await startIdentityWorld()
  longTerm = member((await world.api.get('/v2/pubkey/ed25519:0')).body, 'public_key')
  invite = await storeInvite('keys@example.com')
})
afterAll(() => world.stop())

async function storeInvite(address: string): Promise<StoredInvite> {
  const token = await world.login('@inviter:example.org')
  const json = { medium: 'email', address, room_id: '!room:example.org', sender: '@inviter:example.org' }
  return (await world.api.post('/v2/store-invite', { token, json })).body as StoredInvite
}

const standard = (key: string) => Buffer.from(key, 'base64url').toString('base64')

describe.each(['/v2', '/api/v1'])('%s/pubkey', (prefix) => {
  const isValid = async (path: string, public_key: string) =>
    (await world.api.get(`${prefix}/pubkey/${path}`, { query: { public_key } })).body

  it('answers the key of an id in unpadded base64', async () => {
    const answer = await world.api.get(`${prefix}/pubkey/ed25519:0`)
    expect([answer.status, answer.body]).toEqual([200, { public_key: longTerm }])
  })

  it.each(['ed25519:1', 'ed25519:', 'ed25519', 'ed448:0', 'x'.repeat(500)])(
    'answers 404 M_NOT_FOUND for the id %s',
    async (id) => {
      expectError(await world.api.get(`${prefix}/pubkey/${id}`), 404, 'M_NOT_FOUND')
    },
  )

  it('knows the long-term key in every base64 spelling', async () => {
    const urlSafe = Buffer.from(longTerm, 'base64').toString('base64url')
    for (const spelling of [longTerm, `${longTerm}=`, urlSafe, `${urlSafe}=`]) {
      expect(await isValid('isvalid', spelling)).toEqual({ valid: true })
    }
  })

  it('knows a key whose plus sign became a space on the way', async () => {
    const query = longTerm.replaceAll('/', '%2F')
    expect((await world.api.get(`${prefix}/pubkey/isvalid?public_key=${query}`)).body).toEqual({
      valid: true,
    })
  })

  it('knows the ephemeral key of an invitation exactly as given, and in the other spelling', async () => {
    const [, ephemeral] = invite.public_keys
    for (const spelling of [ephemeral.public_key, standard(ephemeral.public_key)]) {
      expect(await isValid('ephemeral/isvalid', spelling)).toEqual({ valid: true })
    }
  })

  it.each(['A'.repeat(43), 'not base64!', '%%%', '='])('takes `%s` for no key at all', async (key) => {
    expect(await isValid('isvalid', key)).toEqual({ valid: false })
    expect(await isValid('ephemeral/isvalid', key)).toEqual({ valid: false })
  })

  it('never takes one kind of key for the other', async () => {
    expect(await isValid('isvalid', invite.public_keys[1].public_key)).toEqual({ valid: false })
    expect(await isValid('ephemeral/isvalid', longTerm)).toEqual({ valid: false })
  })

  it.each(['isvalid', 'ephemeral/isvalid'])('answers 400 for %s without a key', async (path) => {
    expectError(await world.api.get(`${prefix}/pubkey/${path}`), 400, 'M_MISSING_PARAMS')
    expectError(await world.api.get(`${prefix}/pubkey/${path}?public_key=`), 400, 'M_INVALID_PARAM')
    expectError(
      await world.api.get(`${prefix}/pubkey/${path}?public_key=a&public_key=b`),
      400,
      'M_INVALID_PARAM',
    )
  })
})

describe('keys of an invitation', () => {
  const ask = async (key: Key) => {
    const path = key.key_validity_url.replace('https://id.example.org', '')
    return (await world.api.get(path, { query: { public_key: key.public_key } })).body
  }

  it('are both valid where the answer of store-invite says one may ask', async () => {
    for (const key of invite.public_keys) expect(await ask(key)).toEqual({ valid: true })
  })

  it('are both invalid once the invitation is revoked', async () => {
    const revoked = await storeInvite('revoked@example.com')
    const { db } = world.appliance.storage
    await db.updateTable('invitations').set({ state: 'revoked' }).where('token', '=', revoked.token).execute()
    for (const key of revoked.public_keys) expect(await ask(key)).toEqual({ valid: false })
    expect(await ask(invite.public_keys[0])).toEqual({ valid: true })
  })

  it('an unknown reference makes no key valid', async () => {
    const answer = await world.api.get('/v2/pubkey/isvalid/unknown', { query: { public_key: longTerm } })
    expect([answer.status, answer.body]).toEqual([200, { valid: false }])
  })
})

it('a homeserver may ask under v1 even when v1 is off, since old rooms name these addresses', async () => {
  await world.configure({ identityV1: { enabled: false } })
  const query = { public_key: longTerm }
  expect((await world.api.get('/api/v1/pubkey/isvalid', { query })).body).toEqual({ valid: true })
  expect((await world.api.get('/api/v1/pubkey/ed25519:0')).body).toEqual({ public_key: longTerm })
  const ephemeral = { public_key: invite.public_keys[1].public_key }
  expect((await world.api.get('/api/v1/pubkey/ephemeral/isvalid', { query: ephemeral })).body).toEqual({
    valid: true,
  })
  expectError(
    await world.api.get('/api/v1/lookup', { query: { medium: 'email', address: 'a@b.c' } }),
    404,
    'M_UNRECOGNIZED',
  )
  await world.configure()
})

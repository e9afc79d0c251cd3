import { codeOf, invitationKeyIn, member, type IdentityWorld } from '../support/identity-world.ts'

/** Everything secret that came up in a story, and where it may be looked for. */
export interface Story {
  /** Never in the log, and not in the database when all is delivered or refused. */
  readonly secrets: readonly string[]
  /** Never in full in the log. */
  readonly addresses: readonly string[]
}

/**
 * One of everything: accounts, validation by mail and phone, wrong codes, a bind, lookups, an invitation, a signature,
 * refusals of the mail server and of the homeserver.
 */
export async function tellStory(world: IdentityWorld): Promise<Story> {
  const { api } = world
  const alice = '@alice:example.org'
  const openId = world.homeserver.openIdToken(alice)
  const registered = await api.post('/v2/account/register', {
    json: { access_token: openId, matrix_server_name: 'example.org' },
  })
  const token = member(registered.body, 'token')
  const session = await world.startEmail(token, 'storyteller@secret-domain.example')
  await api.post('/v2/validate/email/submitToken', {
    token,
    json: { ...session, token: 'wrong-code-of-story' },
  })
  await api.get('/v2/validate/email/submitToken', { query: { ...session } })
  const { token: code, ...proof } = session
  await api.post('/v2/3pid/bind', { token, json: { ...proof, mxid: alice } })
  await api.get('/v2/3pid/getValidated3pid', { query: { ...proof, access_token: token } })
  await world.lookup(token, 'storyteller@secret-domain.example')
  const details = await api.get('/v2/hash_details', { query: { access_token: token } })
  const pepper = member(details.body, 'lookup_pepper')
  const plain = { algorithm: 'none', pepper, addresses: ['storyteller@secret-domain.example email'] }
  await api.post('/v2/lookup', { token, json: plain })

  const phoneSecret = 'phone-secret-of-story'
  const phone = { client_secret: phoneSecret, country: 'GB', phone_number: '07700900123', send_attempt: 1 }
  await api.post('/v2/validate/msisdn/requestToken', { token, json: phone })
  await world.appliance.outbox.idle()
  const text = decodeURIComponent(world.sms.seen.at(-1)?.url ?? '')

  const refused = {
    client_secret: 'refused-secret-of-story',
    email: 'refused@secret-domain.example',
    send_attempt: 1,
  }
  await api.post('/v2/validate/email/requestToken', { token, json: refused })
  world.homeserver.fail('openid', 500)
  const lost = { access_token: 'lost-openid-of-story', matrix_server_name: 'example.org' }
  await api.post('/v2/account/register', { json: lost })
  world.homeserver.fail('openid', null)
  world.homeserver.fail('onbind', 500)

  const invitation = {
    medium: 'email',
    address: 'guest@secret-domain.example',
    room_id: '!r:x',
    sender: alice,
  }
  const stored = (await api.post('/v2/store-invite', { token, json: invitation })).body
  const mail = await world.mail.waitFor((each) => each.to.includes('guest@secret-domain.example'))
  const privateKey = invitationKeyIn(mail)
  await api.post('/v2/sign-ed25519', {
    token,
    json: { mxid: alice, token: member(stored, 'token'), private_key: privateKey },
  })
  const guest = '@guest:example.org'
  await world.bind(await world.login(guest), guest, 'guest@secret-domain.example')
  world.clock.advance(60_000)
  world.appliance.outbox.wake()
  await world.appliance.outbox.idle()
  world.homeserver.fail('onbind', null)

  const broken = 'Bearer broken-header-of-story'
  await api.get('/v2/account', { headers: { authorization: broken } })
  await api.post('/v2/account/register', { body: '{"access_token":"half-json-of-story"' })
  const loggedOut = await world.login(alice)
  await api.post('/v2/account/logout', { token: loggedOut })

  return {
    secrets: [
      openId,
      token,
      loggedOut,
      code,
      codeOf(world.mail, session.sid),
      session.client_secret,
      'wrong-code-of-story',
      phoneSecret,
      // Of a mail that was refused for good.
      refused.client_secret,
      /\b\d{6}\b/.exec(text)?.[0] ?? 'missing',
      'lost-openid-of-story',
      'broken-header-of-story',
      'half-json-of-story',
    ],
    addresses: [
      'storyteller@secret-domain.example',
      'refused@secret-domain.example',
      'guest@secret-domain.example',
      '447700900123',
      '07700900123',
    ],
  }
}

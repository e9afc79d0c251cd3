import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkSignUp } from '../../src/sign-up/check.ts'
import { createHomeserverAccounts } from '../../src/sign-up/homeserver-accounts.ts'
import { createHomeserverApi } from '../../src/intercepts/homeserver.ts'
import { createOutgoing } from '../support/outgoing.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { joinOnceInvited, startOrganisation, type Organisation, type Person } from './support/organisation.ts'

const { unavailable } = await provideSynapse()
const password = 'correct horse battery'

describeWith('Synapse', unavailable, 'Signing up by invitation on a Synapse with closed registration', () => {
  let org: Organisation
  let alice: Person
  let room: string
  beforeAll(async () => {
    org = await startOrganisation({
      synapse: () => ({ enable_registration: true, registration_requires_token: true }),
      config: { invitations: { resolveEvery: '1s' } },
    })
    await org.configureSignpost(signUpConfig())
    alice = await org.person('alice')
    room = await org.createRoom(alice, { name: 'Garden club' })
  }, 180_000)
  afterAll(() => org?.stop())

  const signUpConfig = () => ({
    matrix: { homeserverUrl: org.synapse.clientUrl },
    signUp: { enabled: true, adminToken: org.synapse.adminToken },
  })

  /** The link of the newest mail to an address; null when the mail has none. */
  async function linkFor(address: string, count = 1): Promise<string | null> {
    const mails = () => org.mail.messages.filter(({ to }) => to.includes(address))
    await eventually(() => mails().length >= count, { what: `mail ${count} to ${address}` })
    return /https:\/\/\S+\/_signpost\/sign-up\/\?\S+/.exec(mails().at(-1)?.parsed.text ?? '')?.[0] ?? null
  }

  async function invited(address: string, sender = alice, into = room): Promise<string> {
    expect(await org.invite(sender, into, address)).toBe(200)
    const link = await linkFor(address)
    if (link === null) throw new Error('no link to sign up in the mail')
    return link
  }

  const signUp = (link: string, localpart: string, changes: Record<string, string> = {}) =>
    org.client.submit(link, {
      token: new URL(link).searchParams.get('token') ?? '',
      ...{ localpart, password, repeated: password },
      ...changes,
    })
  const idOf = (localpart: string) => `@${localpart}:${org.synapse.serverName}`
  const invitationTo = async (address: string) =>
    await org.signpost.storage.db
      .selectFrom('invitations')
      .selectAll()
      .where('address', '=', address)
      .executeTakeFirstOrThrow()

  test('ends in the room, and the link makes no second account', async () => {
    const link = await invited('guest@elsewhere.example')
    const page = await org.client.open(link)
    expect(page).toMatchObject({ status: 200 })
    for (const part of ['guest@elsewhere.example', 'Garden club', 'alice']) expect(page.text).toContain(part)

    expect(await signUp(link, ' Guest ')).toMatchObject({ status: 200 })
    const guest = await org.synapse.login('guest', password)
    expect(guest.userId).toBe(idOf('guest'))
    await joinOnceInvited(org.synapse, guest, room)
    expect(await org.membership(room, alice, guest.userId)).toBe('join')

    for (const answer of [await org.client.open(link), await signUp(link, 'second')]) {
      expect(answer.status).toBe(404)
      expect(answer.text).toContain('An account was made with this link already')
    }
    await expect(org.synapse.login('second', password)).rejects.toThrow('403')
  }, 60_000)

  test('leaves registration closed to all others', async () => {
    const answer = await org.synapse.request('POST', '/_matrix/client/v3/register', {
      body: { username: 'stranger', password, auth: { type: 'm.login.dummy' } },
    })
    expect(answer.status).not.toBe(200)
  })

  test('tells what is wrong with name and password, and the link goes on working', async () => {
    const link = await invited('slow@elsewhere.example')
    const tries: readonly (readonly [string, Record<string, string>, string])[] = [
      ['slow', { repeated: 'another password' }, 'not the same'],
      ['slow', { password: 'short', repeated: 'short' }, 'too short'],
      ['sl ow!', {}, 'may have small letters'],
      ['_slow', {}, 'not given out'],
      ['alice', {}, 'Somebody has this user name'],
      ['12345', {}, 'may have small letters'],
    ]
    for (const [localpart, changes, words] of tries) {
      const answer = await signUp(link, localpart, changes)
      expect([answer.status, answer.text.includes(words)]).toEqual([400, true])
    }
    expect(await signUp(link, 'slow')).toMatchObject({ status: 200 })
  }, 60_000)

  test('gives out no user name of somebody in a directory', async () => {
    await org.signpost.storage.db
      .insertInto('directory_entries')
      .values({
        ...{ source: 'list', medium: 'email', address: 'boss@example.org', person: '' },
        ...{ mxid: idOf('boss'), display_name: 'The boss' },
      })
      .execute()
    const link = await invited('impostor@elsewhere.example')
    expect((await signUp(link, 'boss')).text).toContain('Somebody has this user name')
    await expect(org.synapse.login('boss', password)).rejects.toThrow('403')
  })

  test('binds the invited address, whatever address is sent along', async () => {
    const link = await invited('bound@elsewhere.example')
    expect(await signUp(link, 'bound', { address: 'victim@elsewhere.example' })).toMatchObject({
      status: 200,
    })
    expect(await org.client.lookup(alice.identityToken, 'bound@elsewhere.example')).toBe(idOf('bound'))
    expect(await org.client.lookup(alice.identityToken, 'victim@elsewhere.example')).toBeNull()
  })

  test('ends with the invitation: revoked, expired, or for an address that got an owner', async () => {
    const { db } = org.signpost.storage
    const revoked = await invited('revoked@elsewhere.example')
    const { id } = await invitationTo('revoked@elsewhere.example')
    await db.updateTable('invitations').set({ state: 'revoked' }).where('id', '=', id).execute()
    const expired = await invited('expired@elsewhere.example')
    const { id: other } = await invitationTo('expired@elsewhere.example')
    await db.updateTable('invitations').set({ expires_at: 1 }).where('id', '=', other).execute()
    for (const link of [revoked, expired]) {
      expect((await org.client.open(link)).text).toContain('The invitation is over')
      expect(await signUp(link, 'late')).toMatchObject({ status: 404 })
    }
    const owned = await invited('owned@elsewhere.example')
    const owner = await org.person('owner')
    await org.validateAndBind(owner, 'owned@elsewhere.example')
    expect((await signUp(owned, 'late')).text).toContain('belongs to an account already')
    expect(await signUp(owned.replace(/token=.{4}/, 'token=XXXX'), 'late')).toMatchObject({ status: 404 })
    await expect(org.synapse.login('late', password)).rejects.toThrow('403')
  }, 60_000)

  test('finishes a sign-up that broke off after the homeserver had made the account', async () => {
    const link = await invited('broken@elsewhere.example')
    const { id } = await invitationTo('broken@elsewhere.example')
    await org.synapse.register('broken', password)
    await org.signpost.storage.db
      .updateTable('sign_up_links')
      .set({ localpart: 'broken', claimed_until: 1 })
      .where('invitation_id', '=', id)
      .execute()
    expect((await signUp(link, 'broken', { password: 'a wrong one', repeated: 'a wrong one' })).status).toBe(
      400,
    )
    expect(await signUp(link, 'broken')).toMatchObject({ status: 200 })
    await joinOnceInvited(org.synapse, await org.synapse.login('broken', password), room)
  }, 60_000)

  test('is for whom the chosen users invite, and for nobody else', async () => {
    const chosen = signUpConfig()
    await org.configureSignpost({ ...chosen, signUp: { ...chosen.signUp, users: ['@reception:*'] } })
    expect(await org.invite(alice, room, 'unchosen@elsewhere.example')).toBe(200)
    expect(await linkFor('unchosen@elsewhere.example')).toBeNull()
    await org.configureSignpost(chosen)
  })

  test('is checked without making an account', async () => {
    const { http } = createOutgoing()
    const check = async (adminToken: string) => {
      const config = () => ({
        ...org.signpost.config.current(),
        signUp: { enabled: true, adminToken, roles: [], users: [] },
      })
      const secrets = { read: async () => adminToken }
      const homeserver = createHomeserverApi({ config, http: () => http })
      return await checkSignUp(createHomeserverAccounts({ config, secrets, homeserver, clock: Date }))
    }
    expect(await check(org.synapse.adminToken)).toEqual({ result: 'fine' })
    expect(await check(alice.accessToken)).toMatchObject({ result: 'sign-up-without-tokens' })
    await http.close()
  })

  test('leaves passwords, tokens and links out of the log', () => {
    const log = org.signpost.logText()
    for (const secret of [password, org.synapse.adminToken, 'sign-up/?token=', 'guest@elsewhere.example']) {
      expect(log).not.toContain(secret)
    }
  })
})

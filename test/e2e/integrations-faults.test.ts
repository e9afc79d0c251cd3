import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ldapInput } from '../backends/ldap/support/school-directory.ts'
import { school } from '../backends/support/school.ts'
import { proxyPrograms, proxyUnavailable } from '../gateway/proxies/support/programs.ts'
import { copied } from '../support/copied.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { slapdUnavailable } from '../support/slapd.ts'
import { provideSynapse } from '../support/synapse-unpack.ts'
import { startIntercepted, type Intercepted } from './support/intercepted.ts'

const { unavailable } = await provideSynapse()
const missing = unavailable ?? slapdUnavailable() ?? proxyUnavailable(proxyPrograms.nginx)
const passwordOf = (localpart: string) => school.find((one) => one.localpart === localpart)?.password ?? ''
const local = { user: 'Local', password: 'local password' }

describeWith('Synapse', missing, 'an organisation whose servers fail', () => {
  let org: Intercepted
  let anna: { readonly token: string }
  beforeAll(async () => {
    org = await startIntercepted(({ slapd }) => ({
      authentication: { enabled: true },
      directory: { enabled: true },
      profile: { enabled: true },
      // Both together take longer for their silence than a login may take.
      network: { timeout: '4s' },
      backends: [ldapInput(slapd, { timeout: '5s' }), ldapInput(slapd, { id: 'branch', timeout: '5s' })],
    }))
    await org.synapse.register('local', local.password)
    await copied(org.signpost, 'school', 'branch')
    const { body } = await logIn('anna', passwordOf('anna'))
    anna = { token: String(body['access_token']) }
    expect((await search('gruber')).body).toMatchObject({ limited: false, results: [{}] })
  }, 180_000)
  afterAll(() => org?.stop())

  const logIn = (user: string, password: string) =>
    org.ask('POST', '/_matrix/client/v3/login', {
      json: { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password },
    })
  const search = (search_term: string) =>
    org.ask('POST', '/_matrix/client/v3/user_directory/search', { ...anna, json: { search_term } })
  const carol = { user_id: '@carol:example.org' }

  describe('the directories', () => {
    test('that hang do not keep out whom Synapse knows', async () => {
      await org.slapd.freeze()
      expect(await logIn(local.user, local.password)).toMatchObject({
        status: 200,
        body: { user_id: '@local:example.org' },
      })
      expect(await logIn('anna', passwordOf('anna'))).toMatchObject({
        status: 403,
        body: { errcode: 'M_FORBIDDEN' },
      })
      expect(await search('gruber')).toMatchObject({ status: 200, body: { results: [carol] } })
    })

    test('sign people in again once they go on', async () => {
      org.slapd.thaw()
      const signedIn = async () => (await logIn('anna', passwordOf('anna'))).status === 200
      await eventually(signedIn, { what: 'the directory to be asked again', timeoutMs: 50_000 })
    })

    test('that are gone do not keep out whom Synapse knows', async () => {
      await org.slapd.kill()
      expect(await logIn(local.user, local.password)).toMatchObject({ status: 200 })
      expect(await search('gruber')).toMatchObject({ status: 200, body: { results: [carol] } })
    })
  })

  describe('a Synapse that stands still', () => {
    beforeAll(() => org.synapse.freeze())
    afterAll(() => org.synapse.thaw())

    test('is answered for with the reason', async () => {
      for (const answer of [
        await logIn('local', local.password),
        await org.ask('GET', '/_matrix/client/v3/login'),
        await org.ask('GET', '/_matrix/client/r0/profile/@anna:example.org'),
      ]) {
        expect(answer).toMatchObject({ status: 504, body: { errcode: 'M_UNKNOWN' } })
        expect(String(answer.body['error'])).toContain('The homeserver does not answer')
      }
    })

    test('leaves the search to who was seen before, and it says that this is not all', async () => {
      expect(await search('gruber')).toMatchObject({
        status: 200,
        body: { limited: true, results: [carol] },
      })
    })
  })

  test('everything is as before once Synapse goes on', async () => {
    expect(await logIn(local.user, local.password)).toMatchObject({ status: 200 })
    expect(await search('gruber')).toMatchObject({ status: 200, body: { limited: false, results: [carol] } })
  })
})

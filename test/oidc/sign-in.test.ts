import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFormBrowser } from './support/form-browser.ts'
import { clientId } from './support/relying-party.ts'
import { passwordOf, startOidcWorld, type OidcWorld } from './support/world.ts'

describe('signing in for a client', () => {
  let world: OidcWorld
  beforeAll(async () => {
    world = await startOidcWorld()
  })
  afterAll(() => world?.stop())

  test('gives the client an ID token that jose verifies, with what the directory says', async () => {
    const { back, started } = await world.signIn()
    expect(back.href.startsWith(`${world.party.redirectUri}?`)).toBe(true)
    const tokens = await world.party.finish(back, started)
    const keys = createRemoteJWKSet(new URL(String(world.party.metadata.jwks_uri)))
    const { payload, protectedHeader } = await jwtVerify(String(tokens.id_token), keys, {
      issuer: world.issuer,
      audience: clientId,
    })
    expect(protectedHeader.alg).toBe('RS256')
    const claims = {
      sub: '@anna:example.org',
      preferred_username: 'anna',
      name: 'Anna Meier',
      email: 'anna.meier@school.example',
      email_verified: true,
      phone_number: '+491701234567',
      phone_number_verified: true,
      roles: ['teachers', 'staff'],
    }
    expect(payload).toMatchObject({ ...claims, nonce: started.nonce })
    expect(await world.party.userInfo(tokens.access_token, '@anna:example.org')).toMatchObject(claims)
  })

  test('gives no more than the scopes that were asked for', async () => {
    const { browser, page, started } = await world.begin({ scope: 'openid' })
    const { leadsTo } = await browser.submit(page, { user: 'anna', password: passwordOf('anna') })
    const tokens = await world.party.finish(leadsTo ?? new URL('about:blank'), started)
    expect(tokens.claims()).toMatchObject({ sub: '@anna:example.org' })
    expect(tokens.claims()).not.toHaveProperty('email')
    expect(tokens.claims()).not.toHaveProperty('preferred_username')
  })

  test.each(['Anna', '@anna:example.org', ' anna ', 'Anna.Meier@School.Example', '+49 170 1234567'])(
    'knows who %j is',
    async (user) => {
      const { browser, page, started } = await world.begin()
      const { leadsTo } = await browser.submit(page, { user, password: passwordOf('anna') })
      const tokens = await world.party.finish(leadsTo ?? new URL('about:blank'), started)
      expect(tokens.claims()).toMatchObject({ sub: '@anna:example.org' })
    },
  )

  test.each([
    ['a wrong password', { user: 'anna', password: 'wrong' }],
    ['nobody', { user: 'nobody', password: 'wrong' }],
    ['an address that nobody has', { user: 'nobody@school.example', password: 'wrong' }],
    ['a user of another server', { user: '@anna:other.org', password: passwordOf('anna') }],
    ['no password', { user: 'anna', password: '' }],
    ['what is no name', { user: '\0:@:', password: 'x' }],
  ])('shows the page again for %s, always with the same words', async (_what, typed) => {
    const { browser, page } = await world.begin()
    const again = await browser.submit(page, typed)
    expect(again).toMatchObject({ status: 403, leadsTo: null })
    expect(again.text).toContain('User name and password do not fit together.')
    expect(again.text).not.toContain('wrong"')
    const { leadsTo } = await browser.submit(again, { user: 'anna', password: passwordOf('anna') })
    expect(leadsTo).not.toBeNull()
  })

  test('needs no password while the session lives, and one after signing out', async () => {
    const { browser, back, started } = await world.signIn()
    const { id_token } = await world.party.finish(back, started)
    const second = await world.party.begin()
    const again = await browser.open(second.url)
    expect((await world.party.finish(again.leadsTo ?? back, second)).claims()).toMatchObject({
      sub: '@anna:example.org',
    })
    const question = await browser.open(world.party.signOutUrl(String(id_token)))
    expect(question.text).toContain('Do you want to sign out')
    const gone = await browser.submit(question, { logout: 'yes' })
    expect(gone.text).toContain('You are signed out')
    expect((await browser.open((await world.party.begin()).url)).text).toContain('type="password"')
  })

  test('speaks the language that the client or the browser asks for', async () => {
    const { page } = await world.begin({ ui_locales: 'de-AT en' })
    expect(page.text).toContain('<html lang="de">')
    const { url } = await world.party.begin()
    expect((await createFormBrowser('de-CH').open(url)).text).toContain('<html lang="de">')
    expect((await createFormBrowser('fr').open(url)).text).toContain('<html lang="en">')
  })

  test('fills in the name that the client knows', async () => {
    expect((await world.begin({ login_hint: 'mxid:@anna:example.org' })).page.text).toContain('value="anna"')
    expect((await world.begin({ login_hint: '"><script>' })).page.text).not.toContain('<script>')
  })

  test('says so when no directory can be asked, and counts it as no attempt', async () => {
    const { browser, page } = await world.begin()
    await world.stopDirectory()
    const again = await browser.submit(page, { user: 'anna', password: passwordOf('anna') })
    expect(again.status).toBe(503)
    expect(again.text).toContain('Passwords cannot be checked at the moment.')
  })
})

test('a provider that is switched off is not there', async () => {
  const world = await startOidcWorld()
  try {
    await world.configure({ authentication: { oidc: { enabled: false } } })
    for (const path of ['/.well-known/openid-configuration', '/auth', '/sign-in/x'])
      expect(await fetch(world.issuer + path)).toMatchObject({ status: 404 })
  } finally {
    await world.stop()
  }
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFormBrowser } from './support/form-browser.ts'
import { clientId, clientSecret } from './support/relying-party.ts'
import { passwordOf, startOidcWorld, type OidcWorld } from './support/world.ts'

const right = { user: 'anna', password: passwordOf('anna') }

describe('a provider that is attacked', () => {
  let world: OidcWorld
  beforeAll(async () => {
    world = await startOidcWorld({ activity: { requests: true, level: 'debug' } })
  })
  afterAll(() => world?.stop())

  const exchange = (code: string, verifier: string, changes: Readonly<Record<string, string>> = {}) =>
    fetch(`${world.issuer}/token`, {
      method: 'POST',
      headers: { authorization: basic(clientSecret) },
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', redirect_uri: world.party.redirectUri },
        ...{ code, code_verifier: verifier },
        ...changes,
      }),
    })
  const basic = (secret: string) =>
    `Basic ${Buffer.from(`${clientId}:${encodeURIComponent(secret)}`).toString('base64')}`
  const codeIn = (back: URL) => back.searchParams.get('code') ?? ''

  test('takes a code once, and then revokes what was issued for it', async () => {
    const { back, started } = await world.signIn()
    const first = await exchange(codeIn(back), started.verifier)
    const { access_token } = (await first.json()) as { access_token: string }
    const userInfo = () =>
      fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${access_token}` } })
    expect(await userInfo()).toMatchObject({ status: 200 })
    const second = await exchange(codeIn(back), started.verifier)
    expect(await second.json()).toMatchObject({ error: 'invalid_grant' })
    expect(await userInfo()).toMatchObject({ status: 401 })
  })

  test('takes a code once when it comes many times at the same instant', async () => {
    const { back, started } = await world.signIn()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => exchange(codeIn(back), started.verifier)),
    )
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
  })

  test.each([
    ['another verifier', { code_verifier: 'x'.repeat(64) }],
    ['no verifier', { code_verifier: '' }],
    ['another redirect URI', { redirect_uri: 'https://attacker.example/' }],
  ])('gives nothing for a code with %s', async (_what, changes) => {
    const { back, started } = await world.signIn()
    const answer = await exchange(codeIn(back), started.verifier, changes)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  })

  test('gives nothing to who does not know the secret of the client', async () => {
    const { back, started } = await world.signIn()
    const body = new URLSearchParams({
      ...{ grant_type: 'authorization_code', redirect_uri: world.party.redirectUri },
      ...{ code: codeIn(back), code_verifier: started.verifier },
    })
    const ask = (headers: Record<string, string>) =>
      fetch(`${world.issuer}/token`, { method: 'POST', headers, body })
    expect(await ask({ authorization: basic('guessed') })).toMatchObject({ status: 401 })
    body.set('client_id', clientId)
    expect((await ask({})).ok).toBe(false)
  })

  test.each([
    ['a foreign redirect URI', { redirect_uri: 'https://attacker.example/callback' }],
    ['a redirect URI below that of the client', { redirect_uri: 'SAME/more' }],
    ['a redirect URI with a query of its own', { redirect_uri: 'SAME?x=1' }],
    ['an unknown client', { client_id: 'somebody' }],
  ])('sends nobody anywhere for %s', async (_what, changes) => {
    const filled = Object.fromEntries(
      Object.entries(changes).map(([name, value]) => [name, value.replace('SAME', world.party.redirectUri)]),
    )
    const { page } = await world.begin(filled)
    expect(page).toMatchObject({ status: 400, leadsTo: null })
    expect(page.text).toContain('You are not signed in')
    expect(page.text).not.toContain('attacker.example')
  })

  test.each([
    ['PKCE', { code_challenge: '', code_challenge_method: '' }],
    ['a hash in PKCE', { code_challenge_method: 'plain' }],
    ['a code', { response_type: 'id_token' }],
    ['a code alone', { response_type: 'code id_token' }],
  ])('refuses a client that wants to do without %s', async (_what, changes) => {
    const { page } = await world.begin(changes)
    const error = page.leadsTo === null ? '' : `${page.leadsTo.search}${page.leadsTo.hash}`
    expect(error).toMatch(/error=(invalid_request|unsupported_response_type|unauthorized_client)/)
    expect(error).not.toMatch(/[?&#]code=/)
  })

  test('shows a sign-in page that was finished or left nobody', async () => {
    const { browser, page, started } = await world.begin()
    const back = await browser.submit(page, right)
    expect(back.leadsTo).not.toBeNull()
    for (const again of [
      await browser.submit(page, right),
      await browser.open(page.url),
      await createFormBrowser().open(page.url),
      await createFormBrowser().submit(page, right),
      await createFormBrowser().open(`${world.issuer}/auth/${page.url.pathname.split('/').at(-1)}`),
    ]) {
      expect(again).toMatchObject({ status: 400, leadsTo: null })
      expect(again.text).toContain('This sign-in has run out')
    }
    expect((await world.party.finish(back.leadsTo ?? page.url, started)).claims()).toMatchObject({
      sub: '@anna:example.org',
    })
  })

  test('takes no form of another page or another site', async () => {
    const { browser, page } = await world.begin()
    const other = await world.begin()
    const foreign = /name="token" value="([^"]+)"/.exec(other.page.text)?.[1] ?? ''
    for (const again of [
      await browser.submit(page, { ...right, token: foreign }),
      await browser.submit(page, { ...right, token: '' }),
      await browser.submit(page, right, { 'sec-fetch-site': 'cross-site' }),
      await browser.submit(page, right, { 'sec-fetch-site': 'same-site' }),
    ]) {
      expect(again).toMatchObject({ status: 403, leadsTo: null })
      expect(again.text).toContain('The page was too old.')
    }
    const sameOrigin = await browser.submit(page, right, { 'sec-fetch-site': 'same-origin' })
    expect(sameOrigin.leadsTo).not.toBeNull()
  })

  test('lets no cookie be read by scripts or sent along from other sites, nor be changed', async () => {
    const { browser } = await world.signIn()
    expect(browser.setCookies.length).toBeGreaterThanOrEqual(6)
    for (const cookie of browser.setCookies) {
      expect(cookie).toMatch(/; path=\/_signpost\/oidc/i)
      expect(cookie).toMatch(/; httponly/i)
      expect(cookie).toMatch(/; samesite=lax/i)
    }
    const session = browser.setCookies.find((cookie) => cookie.startsWith('signpost_session='))
    expect(session).toBeDefined()
    // It ends with the browser.
    expect(session).not.toMatch(/expires=|max-age=/i)
    const [pair = ''] = session?.split(';') ?? []
    const { url } = await world.party.begin()
    const unsigned = await fetch(url, { headers: { cookie: pair }, redirect: 'manual' })
    expect(unsigned.headers.get('location')).toContain('/sign-in/')
  })

  test('puts a page in front of people that nothing can run in, frame or keep', async () => {
    const { headers, text } = (await world.begin()).page
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(text).not.toContain('<script')
  })

  test('believes no header about where it is', async () => {
    const headers = {
      'x-forwarded-host': 'attacker.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=attacker.example',
    }
    const document = await fetch(`${world.issuer}/.well-known/openid-configuration`, { headers })
    expect(await document.text()).not.toContain('attacker.example')
    const { url } = await world.party.begin()
    const begun = await fetch(url, { headers, redirect: 'manual' })
    expect(begun.headers.get('location')).toMatch(/^\/_signpost\/oidc\/sign-in\//)
  })

  test('writes neither passwords nor secrets, codes nor tokens into the log or the database', async () => {
    const { back, started, browser } = await world.signIn()
    const tokens = await world.party.finish(back, started)
    const wrong = await world.begin()
    await wrong.browser.submit(wrong.page, { user: 'anna', password: 'a wrong pass-word' })
    const session = browser.setCookies.find((cookie) => cookie.startsWith('signpost_session=')) ?? ''
    const rows = await world.appliance.storage.db.selectFrom('oidc_states').selectAll().execute()
    const activity = await world.appliance.storage.db.selectFrom('activity').selectAll().execute()
    const written = world.appliance.logText() + JSON.stringify([rows, activity])
    for (const secret of [
      ...[passwordOf('anna'), 'a wrong pass-word', clientSecret],
      ...[codeIn(back), tokens.access_token, String(tokens.id_token)],
      session.split(/[=;]/)[1] ?? 'no session',
    ]) {
      expect(written).not.toContain(secret)
      expect(written).not.toContain(encodeURIComponent(secret))
    }
  })
})

test('slows guessing by account and by address, with all other ways of signing in, and whoever it is', async () => {
  const rate = (burst: number) => ({ perMinute: 0.5, burst })
  const world = await startOidcWorld({
    rateLimits: { enabled: true, signInPerAccount: rate(2), signInPerIp: rate(5) },
  })
  try {
    const { browser, page } = await world.begin()
    const attempt = (user: string, password = 'wrong') => browser.submit(page, { user, password })
    expect((await attempt('anna')).status).toBe(403)
    expect((await attempt('ANNA@school.example')).status).toBe(403)
    const locked = await attempt('anna', passwordOf('anna'))
    expect(locked).toMatchObject({ status: 429, leadsTo: null })
    expect(locked.text).toMatch(/There were too many attempts. Try again in \d+ minutes?\./)
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0)
    for (const user of ['nobody', 'nobody', 'somebody']) expect((await attempt(user)).status).toBe(403)
    expect((await attempt('bob', passwordOf('bob'))).status).toBe(429)
  } finally {
    await world.stop()
  }
})

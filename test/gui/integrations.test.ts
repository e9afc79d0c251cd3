import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import { startExampleServer, type ExampleServer } from '../backends/rest/example-server.ts'
import { writePeopleFile } from '../backends/support/example-people.ts'
import { startClientHomeserver, type ClientHomeserver } from '../support/client-homeserver.ts'
import { freePort } from '../support/free-port.ts'
import { json } from '../support/http-peer.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('Chromium', noChromium, 'the integrations', () => {
  let gui: Gui
  let homeserver: ClientHomeserver
  let directory: ExampleServer
  beforeAll(async () => {
    homeserver = await startClientHomeserver({ anna: { password: 'x' } })
    homeserver.intercept('client/versions', json(200, { versions: ['v1.11'] }))
    directory = await startExampleServer(await writePeopleFile())
    const config: ConfigInput = {
      matrix: {
        domain: 'example.org',
        homeserverUrl: homeserver.url,
        pins: { 'example.org': homeserver.url },
      },
      server: { listen: { port: await freePort() }, publicUrl: 'https://matrix.example.org' },
      backends: [{ id: 'school', type: 'rest', url: directory.url, timeout: '5s' }],
      registration: { members: true, domains: { deny: ['spam.example'] } },
    }
    gui = await startGui({ config })
  })
  afterAll(async () => {
    await gui.stop()
    await directory.stop()
    await homeserver.close()
  })

  const card = (page: Page, name: string) => page.getByRole('article', { name, exact: true })
  const config = () => gui.appliance.config.current()

  it('stand on one page with what each does, all of them off at first', async () => {
    const page = await gui.signedInPage('/integrations')
    await card(page, 'Find people').getByText('Switched off').waitFor()
    expect(await page.getByRole('article').count()).toBe(9)
    expect(await card(page, 'Who may invite by address').getByRole('switch').isDisabled()).toBe(true)
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-at-first')
  })

  it('are switched on, checked all together, and switched off again', async () => {
    const page = await gui.signedInPage('/integrations')
    const search = card(page, 'Find people')
    await search.getByRole('switch').click({ force: true })
    await search.getByText('On, not checked yet').waitFor()
    await eventually(() => config().directory.enabled, { what: 'the search that is switched on' })
    await page.getByRole('button', { name: 'Check all that is on' }).click()
    // Nothing leads from the public name to this server.
    await search.getByText('Could not be checked').waitFor({ timeout: 20_000 })
    await page.getByText('Checked', { exact: false }).first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-checked')
    await search.getByRole('switch').click({ force: true })
    await search.getByText('Switched off').waitFor()
    expect(config().directory.enabled).toBe(false)
  })

  it('the search shows what a user finds, and the lines for the proxy', async () => {
    const page = await gui.signedInPage('/integrations/search')
    await page.getByText('user_directory/search').first().waitFor()
    await page.getByLabel('User', { exact: true }).fill('bob')
    await page.getByLabel('Searches for').fill('meier')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByRole('cell', { name: '@anna:example.org' }).waitFor()
    await page.getByRole('combobox', { name: 'Your reverse proxy' }).click()
    await page.getByRole('option', { name: 'Caddy' }).click()
    await page.waitForURL('**?proxy=caddy')
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-search')
  })

  it('a check of one tells each part of the way, also what could not be tried', async () => {
    const page = await gui.signedInPage('/integrations/passwords')
    await page.getByRole('switch').first().click({ force: true })
    await page.getByText('On, not checked yet').waitFor()
    await page.getByRole('button', { name: 'Check now' }).click()
    await page.getByText('Not working').waitFor({ timeout: 20_000 })
    await page.getByText('Likely cause:').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-passwords')
  })

  it('the secret of the module is made, shown once, and gone afterwards', async () => {
    const page = await gui.signedInPage('/integrations/passwords')
    await page.getByRole('button', { name: 'Make a secret' }).click()
    const shown = page.getByRole('alert').filter({ hasText: 'Keep it now' })
    await shown.waitFor()
    const secret = (await shown.locator('code').textContent()) ?? ''
    expect(secret.length).toBeGreaterThan(40)
    await screenshots(page, 'integrations-secret')
    await page.getByRole('button', { name: 'I have it' }).click()
    await shown.waitFor({ state: 'detached' })
    expect((await page.content()).includes(secret)).toBe(false)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the module' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('signpost_synapse.py')
  })

  it('who may register is answered with the rule', async () => {
    const page = await gui.signedInPage('/integrations/registration')
    const ask = async (address: string) => {
      await page.getByLabel('E-mail address or phone number').fill(address)
      await page.getByRole('button', { name: 'Ask' }).click()
    }
    await ask('anna@school.example')
    await page.getByText('A directory knows this address.').waitFor()
    await ask('x@spam.example')
    await page.getByText('The rule “spam.example” forbids it.').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-registration')
    await ask('anna')
    await page.getByText('This is neither an e-mail address').waitFor()
  })

  it('who may invite is set, and asked', async () => {
    const page = await gui.signedInPage('/integrations/room-invites')
    await page.getByText('Nobody is named who may invite.').waitFor()
    await page.getByLabel('Roles that may invite', { exact: true }).fill('teachers')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved.').waitFor()
    await page.getByRole('switch').first().click({ force: true })
    await page.getByText('On, not checked yet').waitFor()
    await page.getByLabel('User name or Matrix ID').fill('anna')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByText('They have the role “teachers”.').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-room-invites')
  })

  it('a profile is shown as others see it', async () => {
    const page = await gui.signedInPage('/integrations/profile')
    await page.getByRole('switch').first().click({ force: true })
    await page.getByText('On, not checked yet').waitFor()
    await page.getByLabel('User name or Matrix ID').fill('anna')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByText('Profile of @anna:example.org').waitFor()
    expect(await page.getByText('Anna Meier').count()).toBe(2)
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-profile')
  })

  it('the registration of the application service is saved as a file, and the bot says what it knows', async () => {
    const page = await gui.signedInPage('/integrations/appservice')
    await page.getByRole('cell', { name: '!lookup ADDRESS' }).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the file' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('signpost-appservice.yaml')
    await page.getByText('The file for the homeserver has not been made yet.').waitFor({ state: 'detached' })
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-appservice')
  })

  it('signing up says which token is missing, and how many links there are', async () => {
    const page = await gui.signedInPage('/integrations/sign-up')
    await page.getByText('The access token of an administrator of the homeserver is missing.').waitFor()
    await page.getByText('Invitations with an open link').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-sign-up')
  })

  it('a client of the sign-in page is added, gets another secret, and is removed', async () => {
    const page = await gui.signedInPage('/integrations/oidc')
    await page.getByLabel('Address of Matrix Authentication Service').fill('https://auth.example.org/')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const made = page.getByRole('alert').filter({ hasText: 'matrix-authentication-service' })
    await made.waitFor()
    const first = await made.locator('code').textContent()
    expect(config().authentication.oidc).toMatchObject({
      enabled: true,
      clients: [
        {
          redirectUris: [expect.stringMatching(/^https:\/\/auth\.example\.org\/upstream\/callback\/\w{26}$/)],
        },
      ],
    })
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-oidc')
    await page.getByRole('button', { name: 'New secret' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'New secret' }).click()
    await eventually(async () => (await made.locator('code').textContent()) !== first, {
      what: 'another secret',
    })
    // The last one cannot go while the provider is on, and the dialog says so.
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('alert').waitFor()
    await screenshots(page, 'integrations-oidc-remove')
  })

  it('stand on the map, beside the homeserver that they belong to', async () => {
    const page = await gui.signedInPage('/')
    await page.getByText(/^With \d integrations$/).waitFor()
    const strip = page.getByRole('list', { name: 'Integrations' })
    await expectNoAxeViolations(page)
    await screenshots(page, 'map-integrations')
    await strip.getByRole('link', { name: 'Names from the directory' }).click()
    await page.getByRole('heading', { level: 1, name: 'Names from the directory' }).waitFor()
  })

  it('beside Matrix Authentication Service, what cannot work says why and leads to what does', async () => {
    homeserver.intercept('auth_metadata', json(200, { issuer: 'https://auth.example.org/' }))
    const page = await gui.signedInPage('/integrations', { locale: 'de-DE' })
    await card(page, 'Konten per Einladung')
      .getByText('Mit Ihrem Homeserver nicht möglich.')
      .waitFor({ timeout: 20_000 })
    expect(await card(page, 'Konten per Einladung').getByRole('switch').isDisabled()).toBe(true)
    await expectNoAxeViolations(page)
    await screenshots(page, 'integrations-mas-de')
    await card(page, 'Passwörter des Verzeichnisses')
      .getByRole('link', { name: 'Stattdessen die Anmeldeseite benutzen' })
      .click()
    await page.getByRole('heading', { level: 1, name: 'Anmeldeseite' }).waitFor()
    await screenshots(page, 'integrations-oidc-de')
  })

  it('an address that names none of them says so', async () => {
    const page = await gui.signedInPage('/integrations/luck')
    await page.getByText('There is no such integration').waitFor()
    await expectNoAxeViolations(page)
  })
})

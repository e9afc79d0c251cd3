import { afterAll, beforeAll, expect, it } from 'vitest'
import { json, startHttpPeer, type HttpPeer } from '../support/http-peer.ts'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('Chromium', noChromium, 'the homeserver', () => {
  let gui: Gui
  let homeserver: HttpPeer
  beforeAll(async () => {
    homeserver = await startHttpPeer({
      handler(request, response) {
        const answers: Readonly<Record<string, object>> = {
          '/_matrix/client/versions': { versions: ['v1.11'] },
          '/_matrix/federation/v1/version': { server: { name: 'Synapse', version: '1.140.0' } },
        }
        const answer = answers[request.url]
        json(answer === undefined ? 404 : 200, answer ?? { errcode: 'M_UNRECOGNIZED' })(request, response)
      },
    })
    const homeserverUrl = `http://127.0.0.1:${homeserver.port}`
    const pins = { 'school.invalid': homeserverUrl }
    gui = await startGui({ config: { matrix: { domain: 'school.invalid', homeserverUrl, pins } } })
  })
  afterAll(async () => {
    await gui.stop()
    await homeserver.close()
  })

  it('shows what was found, and what to paste for it', async () => {
    const page = await gui.signedInPage('/homeserver')
    await page.getByText('Synapse 1.140.0').waitFor({ timeout: 20_000 })
    await page.getByText('The homeserver itself').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'homeserver-found')
    await page.getByRole('combobox', { name: 'For', exact: true }).click()
    await page.getByRole('option', { name: 'DNS' }).click()
    await page.getByText('_matrix-identity._tcp').first().waitFor()
  })

  it('reads a homeserver.yaml without keeping it', async () => {
    const page = await gui.signedInPage('/homeserver')
    const text = 'server_name: school.invalid\nallow_guest_access: true\n'
    await page.locator('input[type=file]').setInputFiles({
      name: 'homeserver.yaml',
      mimeType: 'text/yaml',
      buffer: Buffer.from(text),
    })
    await page.getByText('The smallest change').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'homeserver-yaml')
  })

  it('tests whether the homeserver knows Signpost', async () => {
    const page = await gui.signedInPage('/homeserver')
    await page.getByRole('button', { name: 'Test now' }).click()
    await page.getByText('Likely cause:').first().waitFor({ timeout: 20_000 })
    await expectNoAxeViolations(page)
    await screenshots(page, 'homeserver-tested')
  })

  it('says that nothing answers, that the server fails, and speaks German', async () => {
    const page = await gui.signedInPage('/changes', { locale: 'de-DE' })
    await page.route('**/api/gateway/homeserver', (route) =>
      route.fulfill({
        json: {
          domain: 'school.invalid',
          wellKnown: { state: 'absent', homeserver: null, identityServer: null, why: null },
          federation: { via: null, detail: 'No address.', answers: false },
          homeserver: null,
        },
      }),
    )
    await page.goto(`${gui.baseUrl}/homeserver`)
    await page.getByText('Für school.invalid antwortet kein Homeserver').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'homeserver-nothing-de')
    await page.unroute('**/api/gateway/homeserver')
    await failRoute(page, '/api/gateway/homeserver')
    await page.reload()
    await page.getByRole('alert').first().waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Homeserver')
  })
})

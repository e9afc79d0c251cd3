import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { screenshots } from './support/screenshots.ts'

const german = { locale: 'de-DE' }

describeWith('Chromium', noChromium, 'what the server says in English', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui({ config: { matrix: { domain: 'example.invalid' } } })
  })
  afterAll(() => gui.stop())

  it('is German on the page of settings, where German words are found, too', async () => {
    const page = await gui.signedInPage('/settings', german)
    await page.getByRole('heading', { name: 'Matrix-Domain und Homeserver' }).waitFor()
    await page.getByText('Der Servername des Homeservers').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'settings-german')
    await page.getByLabel('Einstellungen durchsuchen').fill('Pepper Hashes')
    await page.getByLabel('lookup.pepper.rotateEvery').waitFor()
    await page.getByLabel('matrix.domain').waitFor({ state: 'detached' })
  })

  it('comes late into a page whose frame stays where it is', async () => {
    const page = await gui.signedInPage('/', german)
    const { promise, resolve } = Promise.withResolvers<void>()
    await page.route(/\/assets\/settings-keys-.*\.js$/, async (route) => {
      await promise
      await route.continue()
    })
    await page.getByRole('link', { name: 'Einstellungen', exact: true }).click()
    await page.locator('#content').getByRole('status').waitFor()
    expect(await page.getByRole('navigation').isVisible()).toBe(true)
    resolve()
    await page.getByRole('heading', { name: 'Matrix-Domain und Homeserver' }).waitFor()
  })

  it("is German on the doctor's page as far as it is not of this one case, which is marked as English", async () => {
    const page = await gui.signedInPage('/doctor', german)
    await page.getByRole('button', { name: 'Alles untersuchen' }).click()
    const card = page.getByRole('region', { name: 'Homeserver' })
    await card.getByText('Client-API des Homeservers').waitFor()
    await card.getByText('Der Homeserver läuft nicht').waitFor()
    await card.locator('[lang=en]').first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'doctor-german')
  })
})

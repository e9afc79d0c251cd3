import { afterAll, beforeAll, it } from 'vitest'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { delayRoute, failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('Chromium', noChromium, "the doctor's page", () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui({ config: { matrix: { domain: 'example.invalid' } } })
  })
  afterAll(() => gui.stop())

  it('starts with an invitation to look', async () => {
    const page = await gui.signedInPage('/doctor')
    await page.getByRole('heading', { name: 'Nobody has looked yet' }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'doctor-empty')
  })

  it('tells what is wrong with cause and fix, also what is fine when asked, and looks at one area again', async () => {
    const page = await gui.signedInPage('/doctor')
    await page.getByRole('button', { name: 'Look at everything' }).click()
    const card = page.getByRole('region', { name: 'Homeserver' })
    await card.getByText('What to do:').first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'doctor-data')
    await page.getByLabel('Also show what is fine or was not tried').check()
    await page.getByRole('region', { name: 'Keys' }).waitFor()
    await page.getByRole('button', { name: 'Look again: Keys' }).click()
    await page.getByRole('region', { name: 'Keys' }).getByRole('listitem').first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'doctor-all')
  })

  it('says that it looks, and when it could not', async () => {
    const page = await gui.signedInPage('/doctor')
    const goOn = await delayRoute(page, '/api/doctor')
    await page.getByRole('button', { name: 'Look at everything' }).click()
    await page.getByText('This takes up to ten seconds').waitFor()
    await screenshots(page, 'doctor-loading')
    goOn()
    await page.unrouteAll({ behavior: 'wait' })
    await failRoute(page, '/api/doctor')
    await page.reload()
    await page.getByRole('button', { name: 'Look at everything' }).click()
    await page.getByRole('alert').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'doctor-failing')
  })

  it('shows the support bundle before it is saved', async () => {
    const page = await gui.signedInPage('/doctor')
    await page.getByRole('button', { name: 'Make a bundle' }).click()
    const save = page.getByRole('button', { name: /^Save signpost-bundle-/ })
    await save.waitFor()
    await expectNoAxeViolations(page)
    const download = page.waitForEvent('download')
    await save.click()
    await (await download).cancel()
  })
})

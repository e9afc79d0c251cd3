import { afterAll, beforeAll, expect, it } from 'vitest'
import { adminName, adminPassword } from '../support/admin-client.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('Chromium', noChromium, 'the frame of the console', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui({ config: { matrix: { domain: 'example.org' } } })
  })
  afterAll(() => gui.stop())

  it('lets an administrator sign in with name and password, and goes where they wanted to', async () => {
    const page = await gui.browser.newPage()
    await page.goto(`${gui.baseUrl}/backups`)
    await page.getByLabel('Name').fill(adminName)
    await page.getByLabel('Password', { exact: true }).fill('not this one')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Name or password is not right.').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'sign-in-refused')
    await page.getByLabel('Password', { exact: true }).fill(adminPassword)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/backups')
    await page.getByRole('heading', { level: 1, name: 'Backups' }).waitFor()
  })

  it('is usable by key: skip link, navigation, focus at the new page', async () => {
    const page = await gui.signedInPage('/settings')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
    await page.getByRole('link', { name: 'Changes' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Changes' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
    expect(await page.title()).toContain('Changes')
  })

  it('passes axe, wide and narrow, with the navigation open', async () => {
    const page = await gui.signedInPage('/no-such-page')
    await page.getByText('Live', { exact: true }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'shell-not-found')
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('button', { name: 'Open navigation' }).click()
    await page.getByRole('link', { name: 'Doctor' }).waitFor()
    await expectNoAxeViolations(page)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Open navigation' }).waitFor()
  })

  it('opens and closes the menu of the account by key, and the focus comes back to its button', async () => {
    const page = await gui.signedInPage('/changes')
    const button = page.getByRole('button', { name: 'Account and appearance' })
    const inMenu = () => page.evaluate(() => document.activeElement?.matches('[role=menu] *') === true)
    for (const time of ['the first', 'the second']) {
      await button.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('menuitemradio', { name: 'Deutsch' }).waitFor()
      await eventually(inMenu, {
        what: `the focus in the menu, ${time} time`,
      })
      await expectNoAxeViolations(page)
      await screenshots(page, 'account-menu')
      await page.keyboard.press('Escape')
      await page.getByRole('menu').waitFor({ state: 'detached' })
      await eventually(() => button.evaluate((element) => element === document.activeElement), {
        what: `the focus at the button, ${time} time`,
      })
    }
  })

  it('speaks German after a choice in the menu, also after a reload', async () => {
    const page = await gui.signedInPage('/changes')
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click()
    await page.getByRole('heading', { level: 1, name: 'Änderungen' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Änderungen' }).waitFor()
    expect(await page.getAttribute('html', 'lang')).toBe('de')
  })
})

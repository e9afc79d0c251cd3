import { afterAll, beforeAll, it } from 'vitest'
import { adminName, adminPassword, createAdminClient } from '../support/admin-client.ts'
import { describeWith } from '../support/skip.ts'
import { eventually } from '../support/poll.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { delayRoute, failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('Chromium', noChromium, 'security and keys', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui({ config: { matrix: { domain: 'example.org' } } })
  })
  afterAll(() => gui.stop())

  it('show sessions, keys and the pepper, and pass axe', async () => {
    const page = await gui.signedInPage('/security')
    await page.getByText('This browser').waitFor()
    await page.getByText('ed25519:0').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'security-data')
  })

  it('sign another browser out', async () => {
    const other = createAdminClient(gui.baseUrl)
    await other.post('/api/session', { name: adminName, password: adminPassword })
    const page = await gui.signedInPage('/security')
    await page.getByRole('button', { name: 'Sign out Unknown program' }).first().click()
    await eventually(async () => (await other.get('/api/keys')).status === 401, {
      what: 'the end of the other session',
    })
  })

  it('make a new signing key after the consequence was named', async () => {
    const page = await gui.signedInPage('/security')
    await page.getByRole('button', { name: 'Sign with a new key' }).click()
    await page.getByRole('dialog').getByText('It cannot be taken back').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'security-rotate')
    await page.getByRole('button', { name: 'Make a new key' }).click()
    await page.getByText('ed25519:1').waitFor()
    await page.getByText('Valid, signs no more').waitFor()
  })

  it('change the pepper, and say so when it is done', async () => {
    const page = await gui.signedInPage('/security')
    const button = page.getByRole('button', { name: 'Change it now' })
    await button.click()
    await eventually(async () => (await button.getAttribute('data-loading')) === null, {
      what: 'the end of the rotation',
    })
    await page.getByText('Hashes in the index').waitFor()
  })

  it('refuse a short new password before it is sent', async () => {
    const page = await gui.signedInPage('/security')
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('short')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('At least 10 characters are needed.').waitFor()
    await expectNoAxeViolations(page)
  })

  it('show that they load and that they failed', async () => {
    const page = await gui.signedInPage('/security')
    const goOn = await delayRoute(page, '/api/keys')
    await page.reload()
    await page.locator('[aria-busy=true]').first().waitFor()
    await screenshots(page, 'security-loading')
    goOn()
    await page.unrouteAll({ behavior: 'wait' })
    await failRoute(page, '/api/keys')
    await page.reload()
    await page.getByRole('alert').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'security-failing')
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { insertInvitations } from '../admin/invitations/support/insert-invitations.ts'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { makeTraffic, startGuiWorld, type GuiWorld } from './support/gui-world.ts'
import { delayRoute, failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

const hour = 3_600_000

describeWith('Chromium', noChromium, 'the page of invitations', () => {
  let gui: GuiWorld
  beforeAll(async () => {
    gui = await startGuiWorld()
    await makeTraffic(gui)
    await gui.world.appliance.outbox.idle()
    await insertInvitations(gui.appliance.storage, 24, (index) => Date.now() - (index + 1) * 7 * hour)
  })
  afterAll(() => gui.stop())

  it('lists them with masked addresses, and opens one with its history', async () => {
    const page = await gui.signedInPage('/invitations')
    await page.getByRole('table', { name: 'Invitations' }).waitFor()
    expect(await page.getByRole('table').innerText()).not.toContain('mara@elsewhere')
    await screenshots(page, 'invitations-data')
    await expectNoAxeViolations(page)

    await page.getByRole('button', { name: 'm…@e…' }).click()
    const drawer = page.getByRole('dialog', { name: 'Invitation' })
    await drawer.getByText('Message sent').waitFor()
    await drawer.getByRole('button', { name: 'Show the whole address' }).click()
    await drawer.getByText('mara@elsewhere.example').waitFor()
    await screenshots(page, 'invitations-drawer')
    await expectNoAxeViolations(page)
  })

  it('finds one by its whole address, which then stands in the address of the page', async () => {
    const page = await gui.signedInPage('/invitations')
    await page
      .getByRole('textbox', { name: 'Whole address, Matrix ID or room ID' })
      .fill('person6@example.com')
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByText('1 row', { exact: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('q')).toBe('person6@example.com')
    await page.getByText('Over', { exact: true }).click()
    await page.getByRole('heading', { name: 'No invitation fits' }).waitFor()
    await screenshots(page, 'invitations-nothing-fits')
  })

  it('does one thing with several, and says of each what became of it', async () => {
    const page = await gui.signedInPage('/invitations?show=open')
    await page.getByRole('checkbox', { name: 'Choose m…@e…' }).check()
    await page.getByRole('checkbox', { name: 'Choose p…@e…' }).first().check()
    await page.getByRole('button', { name: 'Send 2 again' }).click()
    await page
      .getByRole('alert')
      .getByText(/Written to a moment ago/)
      .waitFor()
    await screenshots(page, 'invitations-outcomes')
    await expectNoAxeViolations(page)

    await page.getByRole('checkbox', { name: 'Choose all rows' }).check()
    await page.getByRole('button', { name: /^Revoke \d+$/ }).click()
    const dialog = page.getByRole('dialog', { name: /^Revoke \d+ invitations\?$/ })
    await dialog.getByText('This cannot be undone.').waitFor()
    await screenshots(page, 'invitations-revoke')
    await expectNoAxeViolations(page)
    await dialog.getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('heading', { name: 'No invitation fits' }).waitFor()
  })

  it('speaks German', async () => {
    const page = await gui.signedInPage('/invitations', { locale: 'de-DE' })
    await page.getByRole('table', { name: 'Einladungen' }).waitFor()
    await screenshots(page, 'invitations-german')
  })

  it('shows that it loads, and what went wrong with a way to try again', async () => {
    const page = await gui.signedInPage('/doctor')
    const release = await delayRoute(page, '/api/invitations')
    await page.getByRole('link', { name: 'Invitations' }).click()
    await page.getByRole('heading', { level: 1, name: 'Invitations' }).waitFor()
    await page.getByText('Loading').first().waitFor({ state: 'attached' })
    await screenshots(page, 'invitations-loading')
    release()
    await page.getByRole('table').waitFor()

    await failRoute(page, '/api/invitations')
    await page.goto(`${gui.baseUrl}/invitations`)
    await page.getByRole('alert').waitFor()
    await screenshots(page, 'invitations-failing')
    await expectNoAxeViolations(page)
  })
})

describeWith('Chromium', noChromium, 'the page of invitations of a new or a busy Signpost', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui()
  })
  afterAll(() => gui.stop())

  it('says how the first one comes, then holds ten thousand of which only those in sight are in the document', async () => {
    const page = await gui.signedInPage('/invitations')
    await page.getByRole('heading', { name: 'Nobody was invited yet' }).waitFor()
    await screenshots(page, 'invitations-empty')
    await expectNoAxeViolations(page)

    await insertInvitations(gui.appliance.storage, 10_000, (index) => Date.now() - index * hour)
    await page.reload()
    await page.getByText('100 rows so far').waitFor()
    await page.getByRole('button', { name: 'Load more' }).click()
    await page.getByText('200 rows so far').waitFor()
    expect(await page.getByRole('row').count()).toBeLessThan(80)
    await expectNoAxeViolations(page)
  })
})

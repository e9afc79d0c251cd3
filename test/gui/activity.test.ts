import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { makeTraffic, startGuiWorld, type GuiWorld } from './support/gui-world.ts'
import { writeLookups } from './support/history.ts'
import { delayRoute, failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

const log = (page: Page) => page.getByRole('table', { name: 'Activity' })
const cell = (page: Page, name: string) => log(page).getByRole('cell', { name, exact: true })
/** Rows in the document, without the header. */
const rowCount = async (page: Page) => (await log(page).getByRole('row').count()) - 1

describeWith('Chromium', noChromium, 'the activity page', () => {
  let gui: GuiWorld
  let token: string
  beforeAll(async () => {
    gui = await startGuiWorld()
    await makeTraffic(gui)
    token = await gui.world.login('@bob:example.org')
  })
  afterAll(() => gui.stop())

  it('shows what happened, the newest first', async () => {
    const page = await gui.signedInPage('/activity')
    await cell(page, 'Address bound').waitFor()
    await cell(page, 'Nobody found').first().waitFor()
    await screenshots(page, 'activity-data')
    await expectNoAxeViolations(page)
  })

  it('shows what happens now without being asked', async () => {
    const page = await gui.signedInPage('/activity?kind=sign-in')
    await log(page).getByText('@bob:example.org').first().waitFor()
    await gui.world.login('@carol:example.org')
    await log(page).getByText('@carol:example.org').first().waitFor()
    const all = await gui.signedInPage('/activity')
    await log(all).getByText('@carol:example.org').first().waitFor()
    await gui.world.login('@dora:example.org')
    await log(all).getByText('@dora:example.org').first().waitFor()
    await eventually(async () => (await log(page).getByText('@dora:example.org').count()) > 0, {
      what: 'the row on the page with a filter',
    })
  })

  it('keeps its filters in the address, and takes them from there', async () => {
    const page = await gui.signedInPage('/activity?kind=lookup&outcome=nothing')
    await cell(page, 'Nobody found').first().waitFor()
    expect(await cell(page, 'Address bound').count()).toBe(0)
    await page.getByRole('searchbox', { name: 'Search' }).fill('alice@example.org')
    await page.keyboard.press('Enter')
    await page.getByText('Nothing fits these filters').waitFor()
    await screenshots(page, 'activity-nothing-fits')
    await expectNoAxeViolations(page)
    expect(new URL(page.url()).searchParams.get('kind')).toBe('lookup')
    await page.getByRole('button', { name: 'Clear all filters' }).last().click()
    await cell(page, 'Address bound').waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.goBack()
    await page.getByText('Nothing fits these filters').waitFor()
  })

  it('finds the rows of a whole address, though it keeps it masked', async () => {
    const page = await gui.signedInPage('/activity')
    await page.getByRole('searchbox', { name: 'Search' }).fill('alice@example.org')
    await page.keyboard.press('Enter')
    // Both are there before the filter takes hold.
    await eventually(async () => (await cell(page, 'Signed in at Signpost').count()) === 0, {
      what: 'only the rows of the address',
    })
    await cell(page, 'Address confirmed').waitFor()
  })

  it('pauses on demand, counts what is new meanwhile, and goes on', async () => {
    const page = await gui.signedInPage('/activity')
    await cell(page, 'Address bound').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused. Nothing new so far.').waitFor()
    await gui.world.login('@erin:example.org')
    await page.getByText('Paused. One new row.').waitFor()
    expect(await log(page).getByText('@erin:example.org').count()).toBe(0)
    await screenshots(page, 'activity-paused')
    await expectNoAxeViolations(page)
    await page.getByRole('button', { name: 'Show what is new' }).click()
    await log(page).getByText('@erin:example.org').first().waitFor()
    await page.getByRole('button', { name: 'Pause' }).waitFor()
  })

  it('shows one row in full, by key, with ways to look further', async () => {
    const page = await gui.signedInPage('/activity?outcome=refused')
    const row = log(page).getByRole('row').nth(1)
    await row.getByRole('button').focus()
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog', { name: 'Details' })
    await drawer.getByText('M_THREEPID_IN_USE').waitFor()
    expect(new URL(page.url()).searchParams.get('row')).toMatch(/^\d+$/)
    await screenshots(page, 'activity-detail')
    await expectNoAxeViolations(page)
    await drawer.getByRole('button', { name: 'Only this address' }).click()
    await drawer.waitFor({ state: 'hidden' })
    await cell(page, 'Address bound').waitFor({ state: 'hidden' })
    expect(new URL(page.url()).searchParams.get('subject')).toMatch(/^[\w-]{16}$/)
  })

  it('tells the history of an address', async () => {
    const page = await gui.signedInPage('/activity/timeline')
    await page.getByLabel('E-mail address or phone number').fill(' Alice@Example.org ')
    await page.getByRole('button', { name: 'Show its history' }).click()
    await page.getByRole('heading', { name: 'History of a***@e***.org' }).waitFor()
    await page.getByText('Belongs to @alice:example.org').waitFor()
    for (const title of ['Confirmation begun', 'Address confirmed', 'Address bound', 'Mail']) {
      await page.getByText(title, { exact: true }).first().waitFor()
    }
    expect(page.url()).not.toContain('lice')
    await screenshots(page, 'activity-timeline')
    await expectNoAxeViolations(page)
    await page.getByLabel('E-mail address or phone number').fill('stranger@nowhere.example')
    await page.keyboard.press('Enter')
    await page.getByText('Signpost has never seen this address').waitFor()
    await page.getByLabel('E-mail address or phone number').fill('no address')
    await page.keyboard.press('Enter')
    await page.getByText('Some of what was entered cannot be used.').waitFor()
  })

  it('says why one person cannot find another', async () => {
    const page = await gui.signedInPage('/activity/why')
    const ask = async (asking: string, wanted: string) => {
      await page.getByLabel('Who is looking').fill(asking)
      await page.getByLabel('Who is not found').fill(wanted)
      await page.getByRole('button', { name: 'Find out why' }).click()
    }
    const verdict = page.getByRole('region', { name: 'The reason' })
    await ask('@bob:example.org', 'nobody@example.org')
    await verdict.getByText('Nobody who was asked knows this address.').waitFor()
    await screenshots(page, 'activity-why')
    await expectNoAxeViolations(page)
    await ask('@stranger:example.org', 'alice@example.org')
    await verdict.getByText('@stranger:example.org has never signed in at Signpost.').waitFor()
    await ask('@alice:example.org', 'alice@example.org')
    await verdict.getByText('A lookup finds @alice:example.org').waitFor()
  })

  it('keeps the place of rows on their way', async () => {
    const page = await gui.signedInPage('/charts')
    const go = await delayRoute(page, '/api/activity')
    await page.goto(`${gui.baseUrl}/activity`)
    await page.getByRole('status').getByText('Loading').first().waitFor({ state: 'attached' })
    await screenshots(page, 'activity-loading')
    go()
    await log(page).waitFor()
  })

  it('says when nothing comes, and tries again', async () => {
    const page = await gui.signedInPage('/charts')
    await failRoute(page, '/api/activity')
    await page.goto(`${gui.baseUrl}/activity`)
    await page.getByText('Something broke in Signpost.').waitFor()
    await screenshots(page, 'activity-failing')
    await expectNoAxeViolations(page)
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).click()
    await log(page).waitFor()
  })

  it('speaks German', async () => {
    const page = await gui.signedInPage('/activity', { locale: 'de-DE' })
    await page.getByRole('cell', { name: 'Adresse verknüpft', exact: true }).waitFor()
  })

  it('reads 10,000 rows page by page, and holds few of them in the document', async () => {
    await writeLookups(gui.appliance.storage, 10_000, Date.now())
    const page = await gui.signedInPage('/activity?kind=lookup')
    await log(page).getByText('@asking1:example.org').first().waitFor()
    for (const count of [200, 300, 400]) {
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
      await page.getByRole('button', { name: 'Load more' }).click()
      await page.getByText(`${count} rows so far`).waitFor()
    }
    expect(await rowCount(page)).toBeLessThan(80)
    await gui.world.lookup(token, 'alice@example.org')
    await page.getByText('Paused. One new row.').waitFor()
    await page.evaluate(() => window.scrollTo(0, 0))
    await log(page).getByText('@bob:example.org').first().waitFor()
    await eventually(async () => (await page.getByText(/^Paused/).count()) === 0, { what: 'no pause' })
    await screenshots(page, 'activity-10000')
    await expectNoAxeViolations(page)
  })
})

describeWith('Chromium', noChromium, 'the activity page of a new installation', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui({ config: { activity: { addresses: 'full' } } })
  })
  afterAll(() => gui.stop())

  it('says that nothing has happened yet', async () => {
    const page = await gui.signedInPage('/activity')
    await page.getByText('Nothing has happened yet').waitFor()
    await screenshots(page, 'activity-empty')
    await expectNoAxeViolations(page)
  })

  it('shows an address that the log keeps in full only after a click', async () => {
    const address = { medium: 'email', address: 'anna@example.org' } as const
    gui.appliance.activity.recorder.record({ kind: 'bind', action: 'bind', outcome: 'ok', address })
    const page = await gui.signedInPage('/activity')
    await log(page).getByText('a…@e…').waitFor()
    await log(page).getByRole('button', { name: 'Show the whole address' }).click()
    await log(page).getByText('anna@example.org').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
  })
})

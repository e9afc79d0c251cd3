import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { writeHistory } from './support/history.ts'
import { delayRoute, failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

const dependencies = ['backend staff', 'homeserver example.org', 'mail', 'peer uni.example.net']

describeWith('Chromium', noChromium, 'the charts', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui({ config: { matrix: { domain: 'example.org' } } })
    const { storage, activity } = gui.appliance
    await writeHistory(storage, Date.now(), dependencies)
    activity.dependencies.called({ kind: 'mail', name: '' }, { ok: false, ms: 900, code: 'refused' })
  })
  afterAll(() => gui.stop())

  it('show a day, and other periods, which stand in the address', async () => {
    const page = await gui.signedInPage('/charts')
    await page.locator('[data-chart=lookups] svg').first().waitFor()
    await page.locator('[data-chart=latency] svg').first().waitFor()
    await screenshots(page, 'charts-data')
    await expectNoAxeViolations(page)
    await page.getByText('30 days', { exact: true }).click()
    await page.waitForURL('**/charts?range=30d')
    const read = page.waitForResponse((answer) => answer.url().includes('/api/charts?range=7d'))
    await page.goto(`${gui.baseUrl}/charts?range=7d`)
    expect((await read).status()).toBe(200)
    expect(await page.getByRole('radio', { name: '7 days' }).isChecked()).toBe(true)
  })

  it('are a table for those whom a picture says nothing', async () => {
    const page = await gui.signedInPage('/charts?range=1h')
    await page.getByRole('button', { name: 'Show numbers: Lookups' }).click()
    const table = page.getByRole('table', { name: 'Lookups' })
    await table.getByRole('columnheader', { name: 'Addresses found' }).waitFor()
    expect(await table.getByRole('row').count()).toBeGreaterThan(20)
    await expectNoAxeViolations(page)
    await page.getByRole('button', { name: 'Show chart: Lookups' }).click()
    await page.locator('[data-chart=lookups] svg').first().waitFor()
  })

  it('tell by arrow keys how each dependency has answered', async () => {
    const page = await gui.signedInPage('/charts?range=24h')
    const bar = page.getByRole('slider', { name: 'How uni.example.net has answered' })
    await bar.focus()
    await page.keyboard.press('Home')
    expect(await bar.getAttribute('aria-valuenow')).toBe('0')
    const said = new Set<string>()
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press('ArrowRight')
      said.add((await bar.getAttribute('aria-valuetext')) ?? '')
    }
    expect([...said].some((text) => /Not working, \d+ calls, \d+ failed/.test(text))).toBe(true)
  })

  it('load their library only here', async () => {
    const page = await gui.browser.newPage()
    const loaded: string[] = []
    page.on('response', (response) => loaded.push(new URL(response.url()).pathname))
    const [name = '', value = ''] = gui.client.cookie().split(/=(.*)/s)
    await page.context().addCookies([{ name, value, url: gui.baseUrl, httpOnly: true, sameSite: 'Strict' }])
    await page.goto(`${gui.baseUrl}/`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(loaded.some((path) => path.includes('time-chart'))).toBe(false)
    await page.getByRole('link', { name: 'Charts' }).click()
    await eventually(() => loaded.some((path) => path.includes('time-chart')), { what: 'the library' })
  })

  it('keep their place while they load', async () => {
    const page = await gui.signedInPage('/changes')
    const go = await delayRoute(page, '/api/charts')
    await page.goto(`${gui.baseUrl}/charts`)
    await page.getByRole('heading', { name: 'Who Signpost depends on' }).waitFor()
    await screenshots(page, 'charts-loading')
    go()
    await page.locator('[data-chart=lookups] svg').first().waitFor()
  })

  it('say when nothing comes', async () => {
    const page = await gui.signedInPage('/changes')
    await failRoute(page, '/api/charts')
    await failRoute(page, '/api/charts/dependencies')
    await page.goto(`${gui.baseUrl}/charts`)
    await page.getByText('Something broke in Signpost.').first().waitFor()
    await screenshots(page, 'charts-failing')
    await expectNoAxeViolations(page)
  })

  it('speak German', async () => {
    const page = await gui.signedInPage('/charts', { locale: 'de-DE' })
    await page.getByRole('heading', { name: 'Zeit bis zur Antwort' }).waitFor()
    expect(await page.getByRole('radio', { name: '24 h' }).isChecked()).toBe(true)
  })
})

describeWith('Chromium', noChromium, 'the charts of a new installation', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui()
  })
  afterAll(() => gui.stop())

  it('say that there is nothing in this period', async () => {
    const page = await gui.signedInPage('/charts')
    await page.getByText('Nothing in this period').first().waitFor()
    await page.getByText('Nobody was asked in this period.').waitFor()
    await screenshots(page, 'charts-empty')
    await expectNoAxeViolations(page)
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { makeTraffic, startGuiWorld, type GuiWorld } from './support/gui-world.ts'
import { writeHistory } from './support/history.ts'
import { delayRoute, failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('Chromium', noChromium, 'the map of an installation at work', () => {
  let gui: GuiWorld
  beforeAll(async () => {
    gui = await startGuiWorld({
      backends: [
        { id: 'staff', type: 'list' },
        { id: 'school', type: 'rest', url: `http://127.0.0.1:${await freePort()}` },
      ],
    })
    const { activity, storage } = gui.appliance
    await makeTraffic(gui)
    await gui.world.api.get('/api/v1/lookup?medium=email&address=nobody%40example.org')
    for (const name of ['uni.example.net', 'partner.example.com', 'city.example.edu']) {
      activity.dependencies.called({ kind: 'peer', name }, { ok: true, ms: 38 })
      activity.hosts.contacted(name, 'peer', true)
    }
    await writeHistory(storage, Date.now(), [])
  })
  afterAll(() => gui.stop())

  it('draws every part and every connection, with what went wrong last', async () => {
    const page = await gui.signedInPage('/')
    await page.getByRole('link', { name: /^Signpost to staff: .* Working/ }).waitFor()
    await page.getByRole('link', { name: /^Signpost to uni\.example\.net/ }).waitFor()
    const broken = page.getByRole('link', { name: /^Signpost to school: .* Not working since .* Last error/ })
    await broken.focus()
    const words = broken.getByText('Last error')
    await eventually(async () => ((await words.boundingBox())?.width ?? 0) > 200, {
      what: 'the sentence, as wide as it is read well',
    })
    await screenshots(page, 'map-data')
    await expectNoAxeViolations(page)
    // The pictures were taken in windows of other widths, in which the list stood in the place of the picture.
    await broken.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL('**/backends/school')
  })

  it('says what needs a look, with one thing to do', async () => {
    const page = await gui.signedInPage('/')
    const notices = page.getByRole('list', { name: 'Needs a look' })
    await notices.getByText('The backend school does not answer.').waitFor()
    expect(await notices.getByRole('link').allTextContents()).toEqual(['Look at the backend'])
  })

  it('counts on while it is looked at, and leads to the rows behind a number', async () => {
    const page = await gui.signedInPage('/')
    const lookups = page
      .getByRole('list', { name: 'Numbers of today' })
      .getByRole('link', { name: /Lookups/ })
    const shown = async () => Number(/\d+/.exec((await lookups.textContent()) ?? '')?.[0])
    const before = await shown()
    const token = await gui.world.login('@bob:example.org')
    await gui.world.lookup(token, 'alice@example.org')
    await eventually(async () => (await shown()) > before, { what: 'one lookup more' })
    await lookups.click()
    await page.waitForURL('**/activity?kind=lookup')
  })

  it('turns into a list of the connections where there is no room for a picture', async () => {
    const page = await gui.signedInPage('/', { viewport: { width: 390, height: 844 } })
    const list = page.getByRole('list', { name: 'Connections' })
    await list.getByText('Signpost to school').waitFor()
    expect(await list.getByRole('listitem').count()).toBe(10)
    await expectNoAxeViolations(page)
  })

  it('lists the machines outside that Signpost has connected to', async () => {
    const page = await gui.signedInPage('/')
    await page.getByRole('button', { name: /^Show \d+ machines/ }).click()
    await page.getByRole('table', { name: 'Machines outside' }).getByText('uni.example.net').waitFor()
    await expectNoAxeViolations(page)
  })

  it('moves only for people who do not mind movement', async () => {
    const movements = async (reducedMotion: 'reduce' | 'no-preference') => {
      const page = await gui.signedInPage('/activity', { reducedMotion })
      // What is counted is the last whole minute: the real answer has calls in it only after a while.
      await page.route('**/api/map', async (route) => {
        const answer = (await (await route.fetch()).json()) as { arrows: { perMinute: number }[] }
        for (const arrow of answer.arrows) arrow.perMinute = 90
        await route.fulfill({ json: answer })
      })
      await page.goto(`${gui.baseUrl}/`)
      await page.getByRole('link', { name: /^Signpost to staff: .* 90 calls in the last minute/ }).waitFor()
      return await page.evaluate(
        () =>
          document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations === Infinity)
            .length,
      )
    }
    expect(await movements('no-preference')).toBeGreaterThan(0)
    expect(await movements('reduce')).toBe(0)
  })

  it('keeps the place of what is on its way', async () => {
    const page = await gui.signedInPage('/activity')
    const go = await delayRoute(page, '/api/map')
    await page.goto(`${gui.baseUrl}/`)
    await page.getByText('Loading', { exact: true }).first().waitFor({ state: 'attached' })
    await screenshots(page, 'map-loading')
    go()
    await page.getByRole('link', { name: /^Signpost to staff/ }).waitFor()
  })

  it('says when nothing comes, and tries again', async () => {
    const page = await gui.signedInPage('/activity')
    await failRoute(page, '/api/map')
    await page.goto(`${gui.baseUrl}/`)
    await page.getByText('Something broke in Signpost.').waitFor()
    await screenshots(page, 'map-failing')
    await expectNoAxeViolations(page)
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('link', { name: /^Signpost to staff/ }).waitFor()
  })

  it('speaks German', async () => {
    const page = await gui.signedInPage('/', { locale: 'de-DE' })
    await page.getByRole('heading', { level: 1, name: 'Übersicht' }).waitFor()
    await page.getByText('Ihre Verzeichnisse').waitFor()
    await page.getByText('Das Verzeichnis school antwortet nicht.').waitFor()
  })
})

describeWith('Chromium', noChromium, 'the map of a new installation', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui({ config: { backends: [] } })
  })
  afterAll(() => gui.stop())

  it('says what is not set up yet, and leads there', async () => {
    const page = await gui.signedInPage('/')
    await page.getByRole('heading', { name: 'Next steps' }).waitFor()
    await screenshots(page, 'map-empty')
    await expectNoAxeViolations(page)
    await page.getByRole('link', { name: 'Set it up: Add a directory' }).click()
    await page.waitForURL('**/backends')
  })
})

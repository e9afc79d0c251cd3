import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { noChromium } from './support/gui.ts'
import { makeTraffic, startGuiWorld, type GuiWorld } from './support/gui-world.ts'
import { watchLoad } from './support/page-load.ts'

/** More than the activity page holds. */
const LOOKUPS = 1_500
const AT_ONCE = 10

describeWith('Chromium', noChromium, 'the console beside a busy server', () => {
  let gui: GuiWorld
  let token: string
  beforeAll(async () => {
    gui = await startGuiWorld()
    await makeTraffic(gui)
    token = await gui.world.login('@bob:example.org')
  })
  afterAll(() => gui.stop())

  async function lookUp(count: number): Promise<void> {
    for (let i = 0; i < count; i += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, () => gui.world.lookup(token, 'alice@example.org')))
    }
  }

  it('follows what happens, and holds no more of it than before', async () => {
    const page = await gui.signedInPage('/activity')
    const table = page.getByRole('table', { name: 'Activity' })
    await table.waitFor()
    const load = await watchLoad(page)
    await lookUp(LOOKUPS / 2)
    const [elements, bytes] = [await load.elements(), await load.heapBytes()]
    await lookUp(LOOKUPS / 2)
    await gui.world.login('@last:example.org')
    await table.getByText('@last:example.org').first().waitFor()
    expect(await table.getByRole('row').count()).toBeLessThan(80)
    expect(await load.elements()).toBeLessThan(elements + 200)
    expect(await load.heapBytes()).toBeLessThan(bytes * 1.5)
    const foot = (await page.getByText(/rows so far$/).textContent()) ?? ''
    expect(Number(foot.replaceAll(/\D/g, ''))).toBeLessThanOrEqual(1_000)
  })

  it('reads what it let go of again, without a gap', async () => {
    const page = await gui.signedInPage('/activity?kind=lookup')
    await page.getByText('100 rows so far').waitFor()
    const read = page.waitForResponse((answer) => answer.url().includes('before='))
    await page.getByRole('button', { name: 'Load more' }).click()
    await page.getByText('200 rows so far').waitFor()
    const { rows } = (await (await read).json()) as { rows: readonly { id: number }[] }
    expect(rows).toHaveLength(100)
  })

  it('counts on the map', async () => {
    const page = await gui.signedInPage('/')
    const card = page.getByRole('link', { name: /Lookups today/ })
    const shown = async () =>
      Number(/^[\d,]+/.exec((await card.textContent()) ?? '')?.[0].replaceAll(',', ''))
    await card.waitFor()
    const load = await watchLoad(page)
    const elements = await load.elements()
    const expected = gui.appliance.activity.counters.today('lookups') + 300
    await lookUp(300)
    await eventually(async () => (await shown()) >= expected, { what: 'the lookups on the map' })
    expect(await load.elements()).toBeLessThan(elements + 200)
  })
})

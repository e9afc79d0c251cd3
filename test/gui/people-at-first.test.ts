import { afterAll, beforeAll, it } from 'vitest'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { delayRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

const pages = [
  { name: 'federation', route: '/api/federation', empty: 'Asking others is switched off' },
  { name: 'policies', route: '/api/policies', empty: 'Limits are' },
  { name: 'associations', route: '/api/associations', empty: 'Nobody has published an address yet' },
] as const

describeWith('Chromium', noChromium, 'federation, policies and associations at first', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui({ config: { matrix: { domain: 'example.org' } } })
  })
  afterAll(() => gui.stop())

  it.each(pages)('$name says why there is nothing yet', async ({ name, empty }) => {
    const page = await gui.signedInPage(`/${name}`)
    await page.getByText(empty).first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, `${name}-empty`)
  })

  it.each(pages)('$name keeps its place while it loads', async ({ name, route }) => {
    const page = await gui.signedInPage('/doctor')
    const goOn = await delayRoute(page, route)
    await page.goto(`${gui.baseUrl}/${name}`)
    await page.locator('[aria-busy=true]').first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, `${name}-loading`)
    goOn()
    await page.unrouteAll({ behavior: 'wait' })
  })
})

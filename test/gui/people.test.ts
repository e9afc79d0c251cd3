import { afterAll, beforeAll, expect, it } from 'vitest'
import { policies } from '../support/identity-world.ts'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium } from './support/gui.ts'
import { startGuiWorld, type GuiWorld } from './support/gui-world.ts'
import { failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

const privacy = { name: 'Privacy policy', url: 'https://example.org/privacy' }

describeWith('Chromium', noChromium, 'the pages of federation, policies and associations', () => {
  let gui: GuiWorld
  beforeAll(async () => {
    gui = await startGuiWorld({ terms: policies({ privacy: { version: '1.2', en: privacy } }) })
    const { activity } = gui.appliance
    activity.hosts.contacted('uni.example.net', 'peer', true)
    activity.dependencies.called({ kind: 'peer', name: 'uni.example.net' }, { ok: true, ms: 30 })
    const rows = Array.from({ length: 10_000 }, (_, n) => ({
      ...{ medium: 'email', address: `person${n}@example.org`, mxid: `@person${n}:example.org` },
      ...{ bound_at: Date.now() - n * 60_000, not_before: 0, not_after: Date.now() * 2 },
    }))
    for (let start = 0; start < rows.length; start += 500) {
      const page = rows.slice(start, start + 500)
      await gui.appliance.storage.db.insertInto('associations').values(page).execute()
    }
  })
  afterAll(() => gui.stop())

  it('pauses federation with its end in sight, and goes on', async () => {
    const page = await gui.signedInPage('/federation')
    await page.getByText('uni.example.net').waitFor()
    await page.getByRole('button', { name: '10 minutes' }).click()
    await page
      .getByRole('status')
      .getByText(/goes on by itself in 10 minutes/)
      .waitFor()
    await page.getByRole('button', { name: 'Look in DNS' }).click()
    await page.getByText(/_matrix-identity._tcp.example.org. 3600 IN SRV/).waitFor()
    await page.getByRole('textbox', { name: 'Domain, or URL of a central server' }).fill('partner.invalid')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    await page.getByText('DNS record', { exact: true }).waitFor()
    await screenshots(page, 'federation-data')
    await expectNoAxeViolations(page)
    await page.getByRole('button', { name: 'Go on now' }).click()
    await page.getByRole('button', { name: '10 minutes' }).waitFor()
    expect(gui.appliance.federationPause.until()).toBeNull()
  })

  it('shows the terms with how many have accepted, and what can be switched', async () => {
    const page = await gui.signedInPage('/policies')
    await page.getByRole('region', { name: 'Privacy policy' }).getByText('Version 1.2').waitFor()
    await page.getByText('Limits are in force').waitFor()
    await screenshots(page, 'policies-data')
    await expectNoAxeViolations(page)
  })

  it('lists ten thousand associations, and takes one out after its consequence was named', async () => {
    const page = await gui.signedInPage('/associations')
    await page.getByText('100 rows so far').waitFor()
    expect(await page.getByRole('row').count()).toBeLessThan(80)
    await screenshots(page, 'associations-data')
    await expectNoAxeViolations(page)
    await page.getByRole('textbox', { name: 'Whole address or Matrix ID' }).fill('person7@example.org')
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByText('1 row', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Take out' }).click()
    const dialog = page.getByRole('dialog', { name: 'Take this address out of the lookups?' })
    await dialog.getByText(/Nobody finds @person7:example.org/).waitFor()
    await screenshots(page, 'associations-unbind')
    await dialog.getByRole('button', { name: 'Take out' }).click()
    await page.getByRole('heading', { name: 'No association fits' }).waitFor()
    await screenshots(page, 'associations-nothing-fits')
    await expectNoAxeViolations(page)
  })

  it('says what failed, and speaks German', async () => {
    for (const [path, route] of [
      ['/federation', '/api/federation'],
      ['/associations', '/api/associations'],
      ['/policies', '/api/policies'],
    ] as const) {
      const page = await gui.signedInPage('/doctor', { locale: 'de-DE' })
      await failRoute(page, route)
      await page.goto(`${gui.baseUrl}${path}`)
      await page.getByRole('alert').first().waitFor()
      await expectNoAxeViolations(page)
      await page.context().close()
    }
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../support/skip.ts'
import { eventually } from '../support/poll.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('Chromium', noChromium, 'the shared parts of the console', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui()
  })
  afterAll(() => gui.stop())

  it('pass axe in light and dark', async () => {
    const page = await gui.signedInPage('/_components')
    await expectNoAxeViolations(page)
  })

  it('keep only the rows near the window in the document, and tell screen readers the true count', async () => {
    const page = await gui.signedInPage('/_components')
    const table = page.getByRole('table', { name: 'People' })
    expect(await table.getAttribute('aria-rowcount')).toBe('10001')
    expect(await table.getByRole('row').count()).toBeLessThan(120)
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
    await table.getByText('Person 10000', { exact: true }).waitFor()
    expect(await table.getByRole('row').count()).toBeLessThan(120)
  })

  it('sort a table by a click on its header, up, down, and as it came', async () => {
    const page = await gui.signedInPage('/_components')
    const header = page.getByRole('columnheader', { name: 'Name' })
    const button = header.getByRole('button')
    const first = page.getByRole('table', { name: 'People' }).getByRole('row').nth(1)
    await button.click()
    expect(await header.getAttribute('aria-sort')).toBe('ascending')
    await button.click()
    expect(await header.getAttribute('aria-sort')).toBe('descending')
    await eventually(async () => (await first.textContent())?.includes('Person 10000'), {
      what: 'the last one first',
    })
    await button.click()
    expect(await header.getAttribute('aria-sort')).toBeNull()
  })

  it('move along a heartbeat bar by arrow keys', async () => {
    const page = await gui.signedInPage('/_components')
    const bar = page.getByRole('slider', { name: 'Heartbeats of the directory' })
    await bar.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowRight')
    expect(await bar.getAttribute('aria-valuenow')).toBe('1')
    expect(await bar.getAttribute('aria-valuetext')).toContain('Unknown')
  })

  it('show an address only after a click, and never a kept secret', async () => {
    const page = await gui.signedInPage('/_components')
    await page.getByText('a…@e…', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Show the whole address' }).first().click()
    await page.getByText('anna@example.org', { exact: true }).waitFor()
    await page.getByText('A value is kept. It is never shown again.').waitFor()
    expect(await page.getByLabel('Password of the directory').getByRole('textbox').count()).toBe(0)
  })

  it('ask before a deed, with the focus on the way out', async () => {
    const page = await gui.signedInPage('/_components')
    await page.getByRole('button', { name: 'Revoke' }).click()
    const dialog = page.getByRole('dialog', { name: 'Revoke the invitation?' })
    await dialog.waitFor()
    await eventually(() => page.evaluate(() => document.activeElement?.textContent === 'Cancel'), {
      what: 'the focus on Cancel',
    })
    await expectNoAxeViolations(page)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
  })

  it('look right', async () => {
    const page = await gui.signedInPage('/_components')
    await screenshots(page, 'components')
  })
})

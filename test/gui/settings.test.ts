import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../support/skip.ts'
import { eventually } from '../support/poll.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { delayRoute, failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('Chromium', noChromium, 'settings and their changes', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui({ config: { matrix: { domain: 'example.org' } } })
  })
  afterAll(() => gui.stop())

  const file = () => readFile(join(gui.appliance.dataDir, 'signpost.yaml'), 'utf8')

  it('are all there, pass axe, and are found by a word of their name or their text', async () => {
    const page = await gui.signedInPage('/settings')
    await page.getByLabel('matrix.domain').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'settings-data')
    await page.getByLabel('Search settings').fill('pepper rotate')
    await eventually(async () => (await page.getByLabel('matrix.domain').count()) === 0, {
      what: 'only what fits',
    })
    expect(new URL(page.url()).searchParams.get('q')).toBe('pepper rotate')
    await page.getByLabel('lookup.pepper.rotateEvery').waitFor()
    await page.getByLabel('Search settings').fill('no setting has this word')
    await page.getByRole('heading', { name: 'No setting fits' }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'settings-nothing-found')
  })

  it('say what is wrong beside the field, and nothing is lost or saved', async () => {
    const page = await gui.signedInPage('/settings?q=rotateEvery')
    await page.getByLabel('lookup.pepper.rotateEvery').fill('soon')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Write a whole number and a unit').first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'settings-refused')
    expect(await page.getByLabel('lookup.pepper.rotateEvery').inputValue()).toBe('soon')
    expect(await file()).not.toContain('soon')
  })

  it('ask before unsaved changes are left', async () => {
    const page = await gui.signedInPage('/settings?q=rotateEvery')
    await page.getByLabel('lookup.pepper.rotateEvery').fill('9d')
    await page.getByRole('link', { name: 'Doctor' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await expectNoAxeViolations(page)
    await dialog.getByRole('button').first().click()
    expect(await page.getByLabel('lookup.pepper.rotateEvery').inputValue()).toBe('9d')
  })

  it('are saved, listed as a change with its reason, and undone from there after a look at what that does', async () => {
    const page = await gui.signedInPage('/settings?q=rotateEvery')
    await page.getByLabel('lookup.pepper.rotateEvery').fill('3d')
    await page.getByLabel('Why? (for the list of changes)').fill('Holidays')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved.', { exact: true }).waitFor()
    expect(await file()).toContain('rotateEvery: 3d')

    await page.goto(`${gui.baseUrl}/changes?show=settings`)
    await page.getByText('Holidays').first().click()
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('list', { name: 'What' }).getByText('3d').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'changes-detail')
    await drawer.getByRole('button', { name: 'Undo this change' }).click()
    const ask = page.getByRole('dialog', { name: 'Undo this change?' })
    await ask.getByText('lookup.pepper.rotateEvery').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'changes-undo')
    await ask.getByRole('button', { name: 'Undo', exact: true }).click()
    await page.getByText('Done. The settings are as they were.').waitFor()
    expect(await file()).not.toContain('rotateEvery')
  })

  it('show that they load and that they failed, and try again', async () => {
    const page = await gui.signedInPage('/changes')
    for (const [path, route] of [
      ['/settings', '/api/settings'],
      ['/changes', '/api/changes'],
    ] as const) {
      const name = path.slice(1)
      const goOn = await delayRoute(page, route)
      await page.goto(`${gui.baseUrl}${path}`)
      await page.locator('[aria-busy=true]').first().waitFor()
      await screenshots(page, `${name}-loading`)
      goOn()
      await page.unroute((url) => url.pathname === route)
      await failRoute(page, route)
      await page.goto(`${gui.baseUrl}${path}`)
      await page.getByRole('alert').waitFor()
      await expectNoAxeViolations(page)
      await screenshots(page, `${name}-failing`)
      await page.unrouteAll()
      await page.getByRole('button', { name: 'Try again' }).first().click()
      await eventually(async () => (await page.getByRole('alert').count()) === 0, { what: 'the data' })
    }
  })

  it('an empty list of changes names the cause', async () => {
    const page = await gui.signedInPage('/changes')
    await page.route(
      (url) => url.pathname === '/api/changes',
      (route) => route.fulfill({ json: { changes: [], next: null } }),
    )
    await page.reload()
    await page.getByRole('heading', { name: 'Nothing was changed yet' }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'changes-empty')
  })

  it('ten thousand changes leave few rows in the document', async () => {
    const page = await gui.signedInPage('/changes')
    const row = {
      ...{ at: Date.now(), by: 'Anna', operation: 'settings.change', target: 'x', summary: null },
      ...{ before: null, after: null, state: 'kept', undoneBy: null, canUndo: false },
    }
    const changes = Array.from({ length: 10_000 }, (_, index) => ({ ...row, id: 10_000 - index }))
    await page.route(
      (url) => url.pathname === '/api/changes',
      (route) => route.fulfill({ json: { changes, next: null } }),
    )
    await page.reload()
    const table = page.getByRole('table')
    await table.getByText('Changed settings').first().waitFor()
    expect(await table.getAttribute('aria-rowcount')).toBe('10001')
    expect(await table.getByRole('row').count()).toBeLessThan(120)
    await screenshots(page, 'changes-many')
  })
})

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createKeyFile } from '../../src/migrate/backup/file/key.ts'
import { systemRandom } from '../../src/system.ts'
import { bindPeople } from '../admin/backups/people.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { delayRoute, failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('Chromium', noChromium, 'the page of backups', () => {
  let gui: Gui
  let restarts = 0
  beforeAll(async () => {
    const dataDir = await createTempDir('backups')
    await createKeyFile(join(dataDir, 'backup.key'), systemRandom)
    const restart = { request: () => void (restarts += 1), refused: null }
    gui = await startGui({ dataDir, restart, config: { matrix: { domain: 'example.org' } } })
    await bindPeople(gui.appliance.storage, 'anna', 'berta')
  })
  afterAll(() => gui.stop())

  const settings = () => readFile(join(gui.appliance.dataDir, 'signpost.yaml'), 'utf8')
  const badge = (page: Page, name: string) =>
    page.getByRole('region', { name: 'The latest backup' }).getByText(name, { exact: true })

  const firstFile = (page: Page) =>
    page
      .getByRole('table', { name: 'Files' })
      .getByRole('button', { name: /signpost/ })
      .first()
  /** A process of its own starts for it, beside whatever else runs on the machine. */
  const patience = { timeout: 90_000 }

  it('says at first that there is none, and why none can be made yet', async () => {
    const page = await gui.signedInPage('/backups')
    await badge(page, 'No backup yet').waitFor()
    expect(await page.getByRole('button', { name: 'Back up now' }).isDisabled()).toBe(true)
    await page.getByRole('heading', { name: 'No file yet' }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backups-empty')
  })

  it('wants to know what opens backups before there are daily ones', async () => {
    const page = await gui.signedInPage('/backups')
    const card = page.getByRole('region', { name: 'Every day' })
    await card.getByLabel('Make a backup every day').click()
    await card.getByRole('button', { name: 'Save' }).click()
    await page.getByText('backup.password').first().waitFor()
    await expectNoAxeViolations(page)
    // Not daily in this test, where a backup would begin by itself.
    await card.getByLabel('Make a backup every day').click()
    await card.getByText('More settings').click()
    await card.getByLabel('Key file').fill('backup.key')
    await card.getByRole('button', { name: 'Save' }).click()
    await eventually(async () => (await settings()).includes('keyFile: backup.key'), { what: 'the settings' })
    await eventually(() => page.getByRole('button', { name: 'Back up now' }).isEnabled(), {
      what: 'a page that knows of the key',
    })
  })

  it('makes a backup and is green when that was restored on trial', { timeout: 150_000 }, async () => {
    const page = await gui.signedInPage('/backups')
    await page.getByRole('button', { name: 'Back up now' }).click()
    await page.getByText('The backup is made and proven.').waitFor(patience)
    await badge(page, 'Proven').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backups-data')
  })

  it(
    'opens a backup, downloads it, tries it again, and prepares a restore whose consequence is named',
    { timeout: 240_000 },
    async () => {
      const page = await gui.signedInPage('/backups')
      await firstFile(page).click()
      const drawer = page.getByRole('dialog')
      await drawer.getByText('example.org', { exact: true }).waitFor()
      await expectNoAxeViolations(page)
      await screenshots(page, 'backups-detail')
      const download = page.waitForEvent('download')
      await drawer.getByRole('link', { name: 'Download' }).click()
      expect((await download).suggestedFilename()).toMatch(/\.signpost$/)
      await drawer.getByRole('button', { name: 'Restore on trial' }).click()
      await page.getByText('The trial went well').waitFor(patience)

      await firstFile(page).click()
      await drawer.getByRole('button', { name: 'Restore …' }).click()
      const ask = page.getByRole('dialog', { name: 'Go back to this backup?' })
      await ask.getByText('What came later is lost').waitFor()
      await expectNoAxeViolations(page)
      await screenshots(page, 'backups-restore')
      await ask.getByRole('button', { name: 'Prepare the restore' }).click()
      await page.getByText('A restore is ready').waitFor(patience)
      await expectNoAxeViolations(page)
      await screenshots(page, 'backups-restore-ready')
      await page.getByRole('button', { name: 'Restart with the restored state' }).click()
      await eventually(async () => restarts === 1, { what: 'the restart' })
      await page.waitForURL('**/restored')
      await page.getByText('This takes a few seconds.').waitFor()
      await expectNoAxeViolations(page)
      await screenshots(page, 'restored-waiting')
      await page.goto(`${gui.baseUrl}/backups`)
      await page.getByRole('button', { name: 'Forget the restore' }).click()
      await eventually(async () => (await page.getByText('A restore is ready').count()) === 0, {
        what: 'a page without the restore',
      })
    },
  )

  it('asks for the password of a backup that the settings do not open', async () => {
    const page = await gui.signedInPage('/backups')
    const { promise, resolve } = Promise.withResolvers<void>()
    await page.route(
      (url) => url.pathname.endsWith('/look'),
      async (route) => {
        if (route.request().postDataJSON().password === 'of its time')
          return await route.continue({ postData: {} })
        const error = { code: 'not-possible', message: 'locked', params: { reason: 'backup-locked' } }
        resolve()
        return await route.fulfill({ status: 422, json: { error } })
      },
    )
    await firstFile(page).click()
    await promise
    const drawer = page.getByRole('dialog')
    await drawer.getByLabel('Password of this backup').fill('another')
    await drawer.getByRole('button', { name: 'Open', exact: true }).click()
    await drawer.getByText('It does not open with this password.').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backups-locked')
    await drawer.getByLabel('Password of this backup').fill('of its time')
    await drawer.getByRole('button', { name: 'Open', exact: true }).click()
    await drawer.getByText('example.org', { exact: true }).waitFor()
  })

  it('takes a backup from this computer, with its progress, and opens it', { timeout: 120_000 }, async () => {
    const page = await gui.signedInPage('/backups')
    await firstFile(page).waitFor()
    const folder = join(gui.appliance.dataDir, 'backups')
    const [name = ''] = await readdir(folder)
    const card = page.getByRole('region', { name: 'Files' })
    const choose = async (file: { name: string; mimeType: string; buffer: Buffer<ArrayBuffer> }) =>
      await card.locator('input[type=file]').setInputFiles(file)
    const mimeType = 'application/octet-stream'
    await choose({ name: 'letter.signpost', mimeType, buffer: Buffer.from('Dear Anna, nothing is in here.') })
    await card.getByText('This file is no backup of Signpost').waitFor()
    await expectNoAxeViolations(page)

    const goOn = await delayRoute(page, '/api/backups/of%20the%20old%20one.signpost/file')
    await choose({ name: 'of the old one.signpost', mimeType, buffer: await readFile(join(folder, name)) })
    await card.getByText(/Sending of the old one/).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backups-upload')
    goOn()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('of the old one.signpost', { exact: true }).waitFor()
    await drawer.getByText('example.org', { exact: true }).waitFor()
    await page.unrouteAll({ behavior: 'wait' })
  })

  it('forgets a file whose sending is stopped', async () => {
    const page = await gui.signedInPage('/backups')
    await firstFile(page).waitFor()
    const folder = join(gui.appliance.dataDir, 'backups')
    const before = (await readdir(folder)).length
    const goOn = await delayRoute(page, '/api/backups/stopped.signpost/file')
    const card = page.getByRole('region', { name: 'Files' })
    await card.locator('input[type=file]').setInputFiles({
      name: 'stopped.signpost',
      mimeType: 'application/octet-stream',
      buffer: Buffer.concat([Buffer.from('SIGNPOST-BACKUP\n'), Buffer.alloc(1_000_000)]),
    })
    await card.getByRole('button', { name: 'Stop' }).click()
    await card.getByRole('button', { name: 'Choose a backup' }).waitFor()
    expect(await card.getByRole('alert').count()).toBe(0)
    expect(await readdir(folder)).toHaveLength(before)
    goOn()
  })

  it('saves rows for other programs', async () => {
    const page = await gui.signedInPage('/backups')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Associations as CSV' }).click()
    expect((await download).suggestedFilename()).toMatch(/^signpost-associations-.*\.csv$/)
  })

  it('shows what is kept of a person, and erases it after the consequence was named', async () => {
    const page = await gui.signedInPage('/backups')
    const card = page.getByRole('region', { name: "One person's data" })
    await card.getByLabel('Matrix ID, e-mail address or phone number').fill('anna')
    await card.getByRole('button', { name: 'Look', exact: true }).click()
    await card.getByText('This is no Matrix ID').waitFor()
    await card.getByLabel('Matrix ID, e-mail address or phone number').fill('anna@example.org')
    await card.getByRole('button', { name: 'Look', exact: true }).click()
    await card.getByText('Addresses bound to a Matrix ID').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backups-person')
    await card.getByRole('button', { name: 'Erase …' }).click()
    const ask = page.getByRole('dialog')
    await ask.getByText('cannot be brought back').waitFor()
    await expectNoAxeViolations(page)
    await ask.getByRole('button', { name: 'Erase the data' }).click()
    await card.getByText('Erased. Backups made before').waitFor()
    expect(await gui.appliance.storage.db.selectFrom('associations').select('mxid').execute()).toEqual([
      { mxid: '@berta:example.org' },
    ])
  })

  it('ten thousand files leave few rows in the document', async () => {
    const page = await gui.signedInPage('/backups')
    const answer = (await gui.client.get('/api/backups')).body as object
    const file = { bytes: 3_000_000, at: Date.now(), isDaily: true, isLatest: false }
    const files = Array.from({ length: 10_000 }, (_, index) => ({
      ...file,
      name: `signpost-${index}.signpost`,
    }))
    await page.route(
      (url) => url.pathname === '/api/backups',
      (route) => route.fulfill({ json: { ...answer, files } }),
    )
    await page.reload()
    const table = page.getByRole('table', { name: 'Files' })
    await table.waitFor()
    expect(await table.getAttribute('aria-rowcount')).toBe('10001')
    expect(await table.getByRole('row').count()).toBeLessThan(120)
    await screenshots(page, 'backups-many')
  })

  it('is complete in German', async () => {
    const page = await gui.signedInPage('/backups', { locale: 'de-DE' })
    await page.getByRole('heading', { level: 1, name: 'Sicherungen' }).waitFor()
    await page.getByText('Bewiesen', { exact: true }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backups-german')
  })

  it('shows that it loads and that it failed, and tries again', async () => {
    const page = await gui.signedInPage('/backups')
    const goOn = await delayRoute(page, '/api/backups')
    await page.reload()
    await page.locator('[aria-busy=true]').first().waitFor()
    await screenshots(page, 'backups-loading')
    goOn()
    await page.unrouteAll({ behavior: 'wait' })
    await failRoute(page, '/api/backups')
    await page.reload()
    await page.getByRole('alert').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backups-failing')
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).click()
    await badge(page, 'Proven').waitFor()
  })
})

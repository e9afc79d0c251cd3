import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { bindPeople } from '../admin/backups/people.ts'
import { createSydent } from '../migrate/import/support/sydent-fixture.ts'
import { json, startHttpPeer, type HttpPeer } from '../support/http-peer.ts'
import { describeWith } from '../support/skip.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { delayRoute, failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('Chromium', noChromium, 'the page of the take-over', () => {
  let gui: Gui
  let old: HttpPeer
  let path: string
  beforeAll(async () => {
    ;({ path } = await createSydent('sqlite', await createTempDir('take-over')))
    old = await startHttpPeer({
      handler(request, response) {
        const address = new URL(request.url, 'http://old').searchParams.get('address') ?? ''
        const mxid = address.startsWith('anna') ? '@anna:example.org' : undefined
        json(200, mxid === undefined ? {} : { medium: 'email', address, mxid })(request, response)
      },
    })
    gui = await startGui({
      restart: { request: () => undefined, refused: null },
      config: {
        matrix: { domain: 'example.org' },
        migration: { compareWith: `http://127.0.0.1:${old.port}` },
      },
    })
    await bindPeople(gui.appliance.storage, 'anna', 'berta')
  })
  beforeEach(async () => void (await gui.client.post('/api/take-over/forget')))
  afterAll(async () => {
    await gui.stop()
    await old.close()
  })

  it('asks where the old server is, and says what is wrong with the answer', async () => {
    const page = await gui.signedInPage('/take-over')
    await page.getByText('Sydent', { exact: true }).click()
    await expectNoAxeViolations(page)
    await screenshots(page, 'take-over-empty')
    await page.getByLabel('Its configuration file').fill('/nowhere/sydent.conf')
    await page.getByRole('button', { name: 'Look what comes over' }).click()
    await page.getByRole('alert').getByText('/nowhere/sydent.conf').first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'take-over-unreadable')
  })

  it('shows what would come over, filtered and saved, and orders it after the consequence was named', async () => {
    const page = await gui.signedInPage('/take-over')
    await page.getByText('Sydent', { exact: true }).click()
    await page.getByLabel('Its configuration file').fill(path)
    await page.getByRole('button', { name: 'Look what comes over' }).click()
    await page.getByRole('heading', { name: 'What would come over' }).waitFor()
    await page.getByText('Signs from now on').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'take-over-report')

    const settings = page.getByRole('table', { name: 'Settings' })
    await page.getByText(/^Lost \(\d+\)$/).click()
    await settings.getByText('Lost', { exact: true }).first().waitFor()
    expect(await settings.getByText('Comes over', { exact: true }).count()).toBe(0)
    const rule = page.getByText(/belongs to whom it was bound last/)
    await rule.click()
    await expectNoAxeViolations(page)

    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the report' }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('signpost-sydent.json')
    const saved = await readFile(await file.path(), 'utf8')
    expect(JSON.parse(saved)).toMatchObject({ kind: 'sydent', keys: expect.any(Array) })
    expect(saved).not.toContain('50% of it')

    await page.getByRole('button', { name: 'Take over now …' }).click()
    const ask = page.getByRole('dialog')
    await ask.getByText('Signpost restarts, and does it').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'take-over-ask')
    await ask.getByRole('button', { name: 'Restart and take over' }).click()
    await page.getByRole('heading', { name: 'Signpost takes over' }).waitFor()
    await expectNoAxeViolations(page)
    const progress = {
      state: 'running',
      part: 'data',
      section: 'associations',
      done: 400_000,
      total: 1_000_000,
    }
    await page.route(
      (url) => url.pathname === '/api/take-over/progress',
      (route) => route.fulfill({ json: progress }),
    )
    await page.getByText('400,000 / 1,000,000').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'take-over-running')
    expect((await gui.client.post('/api/take-over/cancel')).status).toBe(200)
    await page.unrouteAll({ behavior: 'wait' })
    await page.getByRole('heading', { name: 'What would come over' }).waitFor()
    await gui.client.post('/api/take-over/forget')
  })

  it('takes the files of a server on another machine', async () => {
    const page = await gui.signedInPage('/take-over')
    await page.getByRole('radio', { name: 'On another machine' }).check()
    const configuration = page.getByRole('group', { name: 'Configuration' })
    await configuration.locator('input[type=file]').setInputFiles(path)
    await configuration.getByText(/^1 file/).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'take-over-files')
    await configuration.getByRole('button', { name: 'Remove Configuration' }).click()
    await configuration.getByRole('button', { name: 'Choose: Configuration' }).waitFor()
    expect((await gui.client.get('/api/take-over')).body).toMatchObject({ sent: [] })
  })

  it('asks both for everything, and shows where they differ', async () => {
    const page = await gui.signedInPage('/take-over')
    await page.getByRole('button', { name: 'Ask both for everything' }).click()
    const table = page.getByRole('table', { name: 'Different answers' })
    await table.getByText('@berta:example.org').waitFor()
    await table.getByText('nobody', { exact: true }).waitFor()
    expect(await table.getByText('@anna:example.org').count()).toBe(0)
    await expectNoAxeViolations(page)
    await screenshots(page, 'take-over-comparison')
  })

  it('is complete in German', async () => {
    const page = await gui.signedInPage('/take-over', { locale: 'de-DE' })
    await page.getByText('Sydent', { exact: true }).click()
    await page.getByLabel('Seine Konfigurationsdatei').fill(path)
    await page.getByRole('button', { name: 'Nachsehen, was mitkommt' }).click()
    await page.getByRole('heading', { name: 'Was mitkäme' }).waitFor()
    await page.getByText(/gehört dem, mit dem sie zuletzt verknüpft wurde/).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'take-over-german')
    await gui.client.post('/api/take-over/forget')
  })

  it('shows that it loads and that it failed, and tries again', async () => {
    const page = await gui.signedInPage('/take-over')
    const goOn = await delayRoute(page, '/api/take-over')
    await page.reload()
    await page.locator('[aria-busy=true]').first().waitFor()
    goOn()
    await page.unrouteAll({ behavior: 'wait' })
    await failRoute(page, '/api/take-over')
    await page.reload()
    await page.getByRole('alert').waitFor()
    await expectNoAxeViolations(page)
    await page.unrouteAll()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'The old server', exact: true }).waitFor()
  })
})

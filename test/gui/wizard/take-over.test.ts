import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSydent } from '../../migrate/import/support/sydent-fixture.ts'
import { describeWith } from '../../support/skip.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { expectNoAxeViolations } from '../support/axe.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { noChromium } from '../support/gui.ts'
import { screenshots } from '../support/screenshots.ts'
import { builtServer, type BuiltServer } from './support/built-server.ts'
import { claimedPage } from './support/claimed-page.ts'
import { startNewSignpost, type NewSignpost } from './support/new-signpost.ts'

describeWith('Chromium', noChromium, 'a take-over from the first page of the wizard', () => {
  let server: BuiltServer
  let browser: TestBrowser
  let signpost: NewSignpost
  beforeAll(async () => {
    ;[server, browser] = await Promise.all([builtServer(), openBrowser()])
    signpost = await startNewSignpost(server.main)
  })
  afterAll(async () => {
    await browser.close()
    await signpost.stop()
    await server.remove()
  })

  it(
    'sends its files, reads the report, restarts with what came over, and goes on',
    { timeout: 240_000 },
    async () => {
      const folder = await createTempDir('old')
      const { path } = await createSydent('sqlite', folder)
      const page = await claimedPage(browser, signpost)
      await page.getByRole('radio', { name: 'Take over from mxisd, ma1sd or Sydent' }).check()
      await page.getByText('Sydent', { exact: true }).click()
      await page.getByRole('radio', { name: 'On another machine' }).check()
      for (const [name, file] of [
        ['Configuration', path],
        ['Database', join(folder, 'sydent.db')],
      ] as const) {
        const part = page.getByRole('group', { name })
        await part.locator('input[type=file]').setInputFiles(file)
        await part.getByText(/^1 file/).waitFor()
      }
      await expectNoAxeViolations(page)
      await screenshots(page, 'wizard-take-over-files')
      await page.getByRole('button', { name: 'Look what comes over' }).click()
      await page.getByRole('heading', { name: 'What would come over' }).waitFor()
      await expectNoAxeViolations(page)
      await screenshots(page, 'wizard-take-over-report')

      await page.getByRole('button', { name: 'Take over now …' }).click()
      await page.getByRole('button', { name: 'Restart and take over' }).click()
      await page.getByText('It is done: Signpost has what the old server had.').waitFor({ timeout: 90_000 })
      await expectNoAxeViolations(page)
      await screenshots(page, 'wizard-take-over-done')
      const key = await (await fetch(`${signpost.publicUrl}/_matrix/identity/v2/pubkey/ed25519:0`)).json()
      const { keys } = JSON.parse(await readFile(join(signpost.dataDir, 'signing-keys.json'), 'utf8')) as {
        keys: { id: string }[]
      }
      expect(keys.at(-1)?.id).toBe('ed25519:0')
      expect(key).toHaveProperty('public_key')
      await expect(readFile(join(signpost.dataDir, '.take-over/files/config'))).rejects.toMatchObject({
        code: 'ENOENT',
      })

      // The next steps show what came over.
      await page.getByRole('button', { name: 'Next' }).click()
      await page.getByRole('heading', { level: 1, name: 'Matrix domain' }).waitFor()
      expect(await page.getByLabel('Matrix domain', { exact: true }).inputValue()).toBe('example.org')
    },
  )
})

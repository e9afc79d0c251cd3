import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bindPeople } from '../../admin/backups/people.ts'
import { jobEnded } from '../../admin/jobs/job-ended.ts'
import { adminName, adminPassword } from '../../support/admin-client.ts'
import { startConsole } from '../../support/console.ts'
import { freePorts } from '../../support/free-port.ts'
import { describeWith } from '../../support/skip.ts'

import { expectNoAxeViolations } from '../support/axe.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { noChromium } from '../support/gui.ts'
import { screenshots } from '../support/screenshots.ts'
import { builtServer, type BuiltServer } from './support/built-server.ts'
import { claimedPage } from './support/claimed-page.ts'
import { startNewSignpost, type NewSignpost } from './support/new-signpost.ts'

const password = 'the password of the backups'

/** A Signpost that was in use elsewhere, and its backup. */
interface Former {
  readonly file: string
  readonly bytes: Buffer<ArrayBuffer>
  readonly publicKey: string
  readonly adminUrl: string
  readonly publicUrl: string
}

async function startFormer(): Promise<Former> {
  const [publicPort, adminPort] = await freePorts(2)
  const { appliance, client } = await startConsole({
    config: {
      matrix: { domain: 'school.example' },
      server: { listen: { host: '127.0.0.1', port: publicPort } },
      admin: { listen: { host: '127.0.0.1', port: adminPort } },
      backup: { password },
    },
  })
  try {
    await bindPeople(appliance.storage, 'anna', 'berta')
    const job = await jobEnded(client, await client.post('/api/backups'))
    const file = join(appliance.dataDir, 'backups', (job.result as { name: string }).name)
    const key = await (await fetch(`${appliance.publicAddress}/_matrix/identity/v2/pubkey/ed25519:0`)).json()
    return {
      file,
      bytes: await readFile(file),
      publicKey: (key as { public_key: string }).public_key,
      adminUrl: appliance.adminAddress,
      publicUrl: appliance.publicAddress,
    }
  } finally {
    await appliance.stop()
  }
}

describeWith('Chromium', noChromium, 'a restore from the first page of the wizard', () => {
  let server: BuiltServer
  let browser: TestBrowser
  let former: Former
  const started: NewSignpost[] = []
  beforeAll(async () => {
    ;[server, browser, former] = await Promise.all([builtServer(), openBrowser(), startFormer()])
  })
  afterAll(async () => {
    await browser.close()
    for (const signpost of started) await signpost.stop()
    await server.remove()
  })

  async function begin(language: 'en' | 'de' = 'en'): Promise<{ page: Page; signpost: NewSignpost }> {
    const signpost = await startNewSignpost(server.main)
    started.push(signpost)
    const page = await claimedPage(browser, signpost, language)
    return { page, signpost }
  }
  const sendFile = async (page: Page, name: string, buffer: Buffer<ArrayBuffer>) =>
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer })

  it(
    'sends the file, opens it, tries it, restores it and goes on as the other one',
    { timeout: 240_000 },
    async () => {
      const { page, signpost } = await begin()
      await page.getByRole('radio', { name: 'Restore a backup' }).check()
      await page.getByText('From this computer').waitFor()
      await expectNoAxeViolations(page)
      await screenshots(page, 'wizard-restore-choose')

      await sendFile(page, 'school.signpost', former.bytes)
      await page.getByLabel('Password of this backup').fill('another')
      await page.getByRole('button', { name: 'Open', exact: true }).click()
      await page.getByText('It does not open with this password.').waitFor()
      await expectNoAxeViolations(page)
      await page.getByLabel('Password of this backup').fill(password)
      await page.getByRole('button', { name: 'Open', exact: true }).click()
      await page.getByText('school.example', { exact: true }).waitFor()
      await page.getByText(former.publicKey).waitFor()
      await expectNoAxeViolations(page)
      await screenshots(page, 'wizard-restore-opened')

      await page.getByRole('button', { name: 'Restore on trial' }).click()
      await page.getByText('The trial went well').waitFor({ timeout: 90_000 })
      await page.getByRole('button', { name: 'Restore …' }).click()
      const ask = page.getByRole('dialog')
      await ask.getByText('becomes that of school.example').waitFor()
      await expectNoAxeViolations(page)
      await screenshots(page, 'wizard-restore-ask')
      await ask.getByRole('button', { name: 'Prepare the restore' }).click()
      await page.getByText('A restore is ready').waitFor({ timeout: 60_000 })
      await expectNoAxeViolations(page)
      await screenshots(page, 'wizard-restore-ready')
      await page.getByRole('button', { name: 'Restart with the restored state' }).click()

      // The other one had another port for its console.
      await page.waitForURL(`${signpost.adminUrl}/restored`)
      await expectNoAxeViolations(page)
      await screenshots(page, 'wizard-restored')
      await page.getByRole('link', { name: former.adminUrl }).click({ timeout: 60_000 })
      await signIn(page)
      await page.getByRole('navigation', { name: 'Sections' }).waitFor()
      const key = await fetch(`${former.publicUrl}/_matrix/identity/v2/pubkey/ed25519:0`)
      expect(await key.json()).toEqual({ public_key: former.publicKey })
    },
  )

  it('takes one that lies on the server, and changes nothing while it cannot be opened', async () => {
    const { page, signpost } = await begin('de')
    const flipped = Buffer.from(former.bytes)
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 60) ^ 1, flipped.length - 60)
    await page.getByRole('radio', { name: 'Eine Sicherung zurückspielen' }).check()
    await sendFile(page, 'beschädigt.signpost', flipped)
    await page.getByRole('button', { name: 'Eine andere Sicherung nehmen' }).click()
    await page.getByRole('table', { name: 'Dateien' }).getByRole('button', { name: 'beschädigt' }).click()
    await page.getByLabel('Passwort dieser Sicherung').fill(password)
    await page.getByRole('button', { name: 'Öffnen', exact: true }).click()
    await page.getByRole('alert').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'wizard-restore-damaged')
    expect(await readFile(join(signpost.dataDir, 'signpost.yaml'), 'utf8')).not.toContain('school.example')
  })

  async function signIn(page: Page): Promise<void> {
    await page.getByLabel('Name', { exact: true }).fill(adminName)
    await page.getByLabel('Password', { exact: true }).fill(adminPassword)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { HttpPeer } from '../../support/http-peer.ts'
import { describeWith } from '../../support/skip.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { noChromium } from '../support/gui.ts'
import { builtServer, type BuiltServer } from './support/built-server.ts'
import { claimedPage } from './support/claimed-page.ts'
import { startDiscoverableHomeserver } from './support/homeserver.ts'
import { startNewSignpost, type NewSignpost } from './support/new-signpost.ts'

describeWith('Chromium', noChromium, 'the shortest way through the wizard', () => {
  let server: BuiltServer
  let browser: TestBrowser
  let homeserver: HttpPeer
  let signpost: NewSignpost
  beforeAll(async () => {
    server = await builtServer()
    browser = await openBrowser()
    homeserver = await startDiscoverableHomeserver('school.example')
    signpost = await startNewSignpost(server.main)
  })
  afterAll(async () => {
    await browser.close()
    await signpost.stop()
    await homeserver.close()
    await server.remove()
  })

  it('takes at most 12 clicks, and one file is written by itself', async () => {
    const page = await claimedPage(browser, signpost)
    let clicks = 0
    const click = async (name: string | RegExp) => {
      clicks += 1
      await page.getByRole('button', { name, exact: true }).click()
    }
    const expectStep = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()

    await expectStep('Start')
    await click('Next')
    await expectStep('Matrix domain')
    await page.getByLabel('Matrix domain', { exact: true }).fill('school.example')
    await page.getByLabel(/Address of the homeserver/).fill(`http://127.0.0.1:${homeserver.port}`)
    await page.getByText('Synapse 1.140.0').waitFor()
    await click('Next')
    await expectStep('TLS and reverse proxy')
    await click('Next')
    await expectStep('Your people')
    await click('Next')
    await expectStep('Mail and text messages')
    await click('Next')
    await expectStep('Federation and privacy')
    await click('Next')
    await expectStep('Policies')
    await click('Next')
    await expectStep('Help in the chat')
    await click('Next')
    await expectStep('Connect the homeserver')
    await click('Next')
    await expectStep('Check and finish')
    await page.getByText('matrix.domain').first().waitFor()
    await click('Apply and start anew')
    await page.getByRole('heading', { level: 1, name: 'Signpost is set up' }).waitFor({ timeout: 60_000 })

    expect(clicks).toBeLessThanOrEqual(12)
    expect(await readFile(join(signpost.dataDir, 'signpost.yaml'), 'utf8')).toContain('school.example')
    await expectConfigured(page)
  })

  async function expectConfigured(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'To the console' }).click()
    await page.getByRole('navigation', { name: 'Sections' }).waitFor()
    expect(await page.getByText('Signpost is not set up yet.').count()).toBe(0)
  }
})

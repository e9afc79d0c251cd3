import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHttpPeer } from '../../support/http-peer.ts'
import { freePort } from '../../support/free-port.ts'
import { describeWith } from '../../support/skip.ts'
import { expectNoAxeViolations } from '../support/axe.ts'
import { openBrowser, type TestBrowser } from '../support/browser.ts'
import { noChromium } from '../support/gui.ts'
import { screenshots } from '../support/screenshots.ts'
import { builtServer, type BuiltServer } from './support/built-server.ts'
import { claimedPage } from './support/claimed-page.ts'
import { mouse } from './support/hands.ts'
import { startNewSignpost, type NewSignpost } from './support/new-signpost.ts'

describeWith('Chromium', noChromium, 'the draft of the wizard', () => {
  let server: BuiltServer
  let browser: TestBrowser
  let signpost: NewSignpost
  let page: Page
  beforeAll(async () => {
    server = await builtServer()
    browser = await openBrowser()
    signpost = await startNewSignpost(server.main)
    page = await claimedPage(browser, signpost)
    page.setDefaultTimeout(15_000)
  })
  afterAll(async () => {
    await browser.close()
    await signpost.stop()
    await server.remove()
  })

  const keepStep = async () =>
    await page.waitForResponse((response) => response.url().endsWith('/api/wizard/draft') && response.ok())

  it('is there again after a reload and in another browser, at the step that was left', async () => {
    const hands = mouse(page)
    await hands.press('Next')
    await page.getByRole('heading', { level: 1, name: 'Matrix domain' }).waitFor()
    const kept = keepStep()
    await hands.write('Matrix domain', 'school.example')
    await kept
    await page.goto(`${signpost.adminUrl}/wizard`)
    await page.getByRole('heading', { level: 1, name: 'Matrix domain' }).waitFor()
    expect(await page.getByLabel('Matrix domain', { exact: true }).inputValue()).toBe('school.example')

    const other = await browser.newPage()
    await other.context().addCookies(await page.context().cookies())
    await other.goto(`${signpost.adminUrl}/wizard`)
    await other.getByRole('heading', { level: 1, name: 'Matrix domain' }).waitFor()
    expect(await other.getByLabel('Matrix domain', { exact: true }).inputValue()).toBe('school.example')
    await other.context().close()
  })

  it('is kept when the server cannot start with it: the former settings come back, and the page says why', async () => {
    const hands = mouse(page)
    const port = await freePort()
    await page.getByRole('button', { name: 'Go on anyway' }).click()
    await page.getByRole('heading', { level: 1, name: 'TLS and reverse proxy' }).waitFor()
    await hands.write('Port', String(port))
    await page.getByText(`Port ${port} is free.`).waitFor()
    for (const step of [
      'Your people',
      'Mail',
      'Federation',
      'Policies',
      'Help in the chat',
      'Connect',
      'Check and finish',
    ]) {
      await hands.press('Next')
      await page.getByRole('heading', { level: 1, name: step }).waitFor()
    }
    await page.getByText('server.listen.port').first().waitFor()
    // Between the look at the port and the start, another program takes it.
    const thief = await startHttpPeer({ port })
    await hands.press('Apply and start anew')
    await page.getByText('Signpost could not start with these settings').waitFor({ timeout: 45_000 })
    await page.getByText(`listen on 127.0.0.1, port ${port}`).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'wizard-mistake-refused')
    await thief.close()
    await hands.press('Apply and start anew')
    await page.getByRole('heading', { level: 1, name: 'Signpost is set up' }).waitFor({ timeout: 45_000 })
  })
})

import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { chromiumPath } from '../../desktop/driver/chromium.ts'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** One Chromium of a test file. */
export interface TestBrowser {
  /** A page of its own context (its own cookies and storage); errors in it are kept for `close`. */
  newPage(options?: BrowserContextOptions): Promise<Page>
  /** @throws when a page had an uncaught error or broke the content policy. */
  close(): Promise<void>
}

export async function openBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({
    executablePath: chromiumPath(),
    headless: true,
    args: flags,
  })
  const problems: string[] = []

  function watch(page: Page): void {
    page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.stack ?? error.message}`))
    page.on('console', (message) => {
      const text = message.text()
      if (/Content Security Policy|Permissions policy violation/i.test(text)) problems.push(text)
    })
  }

  return {
    async newPage(options = {}) {
      const context = await browser.newContext({
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        reducedMotion: 'reduce',
        viewport: { width: 1440, height: 900 },
        ...options,
      })
      const page = await context.newPage()
      watch(page)
      return page
    },
    async close() {
      await browser.close()
      if (problems.length > 0) throw new Error(`the pages had problems:\n${problems.join('\n')}`)
    },
  }
}

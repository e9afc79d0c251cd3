import type { BrowserContextOptions, Page } from 'playwright-core'
import type { TestApplianceOptions } from '../../support/appliance.ts'
import { startConsole, type TestConsole } from '../../support/console.ts'
import { openBrowser, type TestBrowser } from './browser.ts'
import { builtRenderer } from './built-renderer.ts'

export { noChromium } from '../../desktop/driver/chromium.ts'

/** The real server with the built console, an administrator who is signed in by HTTP, and a browser. */
export interface Gui extends TestConsole {
  readonly baseUrl: string
  readonly browser: TestBrowser
  /** Opens a path of the console in the browser of that administrator and waits until it has a heading. */
  signedInPage(path: string, options?: BrowserContextOptions): Promise<Page>
  stop(): Promise<void>
}

/** Give it a `beforeAll`, and its `stop` an `afterAll`. */
export async function startGui(options: TestApplianceOptions = {}): Promise<Gui> {
  // A server looks for the files of the console when it starts.
  await builtRenderer()
  return await openGui(await startConsole(options))
}

/** The same for an appliance that runs already, and was started after the console was built. */
export async function openGui(started: TestConsole): Promise<Gui> {
  const browser = await openBrowser()
  const baseUrl = started.appliance.adminAddress
  return {
    ...started,
    baseUrl,
    browser,
    async signedInPage(path, contextOptions) {
      const page = await browser.newPage(contextOptions)
      const [name = '', value = ''] = started.client.cookie().split(/=(.*)/s)
      await page.context().addCookies([{ name, value, url: baseUrl, httpOnly: true, sameSite: 'Strict' }])
      await page.goto(`${baseUrl}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      return page
    },
    async stop() {
      try {
        await browser.close()
      } finally {
        await started.appliance.stop()
      }
    },
  }
}

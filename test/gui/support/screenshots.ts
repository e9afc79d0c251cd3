import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const folder = resolve(import.meta.dirname, '../../../.cache/screenshots')
const widths = [390, 1440] as const

/**
 * Pictures of the page as it is now, in light and dark, narrow and wide, as `.cache/screenshots/NAME-SCHEME-WIDTH.png`.
 * Fails when the page is wider than its window: nothing but tables of code may scroll sideways.
 */
export async function screenshots(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const before = page.viewportSize()
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
      // A page that changes its shape with its width draws once more after the window has its new size.
      await expect
        .poll(() => overflowOf(page), {
          message: `pixels by which ${name} is too wide at ${width}`,
          timeout: 5000,
        })
        .toBeLessThanOrEqual(0)
      const path = join(folder, `${name}-${colorScheme}-${width}.png`)
      await page.screenshot({ path, ...clipOf(await heightOf(page), width), animations: 'disabled' })
    }
  }
  if (before !== null) await page.setViewportSize(before)
}

const overflowOf = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
const heightOf = (page: Page) => page.evaluate(() => document.documentElement.scrollHeight)

/** The whole page, but no more than a person would scroll through: a list of 10,000 rows has no end. */
function clipOf(height: number, width: number) {
  return { fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, 4000) } }
}

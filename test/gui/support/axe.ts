import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** WCAG 2.2 A and AA, and axe's own good practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Looks at the page as it is now, in light and in dark. */
export async function expectNoAxeViolations(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    await settled(page)
    // Not by a script tag, which the content policy refuses.
    await page.evaluate(axe.source)
    const violations = await page.evaluate(async (wanted) => {
      const results = await (globalThis as unknown as { axe: typeof axe }).axe.run({
        runOnly: { type: 'tag', values: wanted },
      })
      return results.violations.map(({ id, help, nodes }) => ({
        rule: `${id}: ${help}`,
        places: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary ?? ''}`),
      }))
    }, tags)
    expect(violations, `in ${colorScheme}`).toEqual([])
  }
}

/** Colours that change from one scheme to the other have the contrast of neither; texts that load hold a page back. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.evaluate(async () => {
    const finite = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
    const ended = Promise.allSettled(finite.map(({ finished }) => finished))
    // That of an element which has gone meanwhile never ends.
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1_000))])
  })
}

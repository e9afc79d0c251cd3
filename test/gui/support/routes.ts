import type { Page } from 'playwright-core'

const matching = (path: string) => (url: URL) => url.pathname === path

/** Lets a read of the admin API fail, until `page.unroute`; for states that the real server shows too seldom. */
export async function failRoute(
  page: Page,
  path: `/api/${string}`,
  code = 'internal',
  status = 500,
): Promise<void> {
  const error = { code, message: 'Made to fail by the test.' }
  await page.route(matching(path), (route) => route.fulfill({ status, json: { error } }))
}

/** Holds answers back until the returned function is called; to see what a page shows meanwhile. */
export async function delayRoute(page: Page, path: `/api/${string}`): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(matching(path), async (route) => {
    await promise
    await route.continue()
  })
  return resolve
}

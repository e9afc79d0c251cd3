import { mkdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { networkUnavailable } from '../../e2e/support/network.ts'
import { startConsole } from '../../support/console.ts'
import { provideSynapse } from '../../support/synapse-unpack.ts'
import { openGui, type Gui } from '../support/gui.ts'
import { builtRenderer } from '../support/built-renderer.ts'
import { liveThere, startScene } from './network-scene.ts'

/*
 * `npm run screenshots`: the pictures of the README, of two organisations on this machine that find each other by DNS
 * alone. Needs what the tests of the network need: Synapse, dnsmasq and root, and Chromium. Takes about three minutes.
 */

const folder = resolve(import.meta.dirname, '../../../docs/images')
/** A README is read on slow lines, too. */
const MOST_BYTES = 250_000
const viewport = { width: 1440, height: 960 }

const unavailable = networkUnavailable() ?? (await provideSynapse()).unavailable
if (unavailable !== null) throw new Error(`There can be no network here: ${unavailable}`)
await mkdir(folder, { recursive: true })
await builtRenderer()

const scene = await startScene()
try {
  await liveThere(scene)
  const gui = await openGui({ appliance: scene.office.signpost, client: scene.admin })
  try {
    const map = await gui.signedInPage('/', { viewport })
    await map
      .getByRole('link', { name: /^Signpost to / })
      .first()
      .waitFor()
    await take(map, 'map')
    const activity = await gui.signedInPage('/activity', { viewport })
    await activity.getByRole('table', { name: 'Activity' }).getByRole('row').nth(12).waitFor()
    await take(activity, 'activity')
  } finally {
    await gui.browser.close()
  }
} finally {
  await scene.stop()
}

const beginner: Gui = await openGui(await startConsole())
try {
  const wizard = await beginner.signedInPage('/wizard', { viewport })
  await take(wizard, 'wizard')
} finally {
  await beginner.stop()
}

async function take(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.locator('html[data-mantine-color-scheme=light]').waitFor()
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path, animations: 'disabled' })
  const { size } = await stat(path)
  if (size > MOST_BYTES) throw new Error(`${name}.png has ${size} bytes`)
  console.log(`${path}: ${size} bytes`)
}

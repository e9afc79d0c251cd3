import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser, type TestBrowser } from '../gui/support/browser.ts'
import { watchLoad, type PageLoad } from '../gui/support/page-load.ts'
import { signInAsAdmin } from '../support/admin-client.ts'
import { run } from '../support/child-process.ts'
import { freePorts } from '../support/free-port.ts'
import { asking, paced, PER_SECOND, SECONDS } from './activity.ts'
import { hashDetails } from './lookups.ts'
import { seedDatabase } from './seed.ts'
import { startSignpost } from './servers.ts'
import { startStandInHomeserver } from './stand-in-homeserver.ts'

const main = resolve(import.meta.dirname, '../../src/main.ts')
const ASSOCIATIONS = 1_000
const FIRST_LOOK_MS = 15_000
const MIB = 1024 * 1024

/** 200 lookups a second for a minute: what that does to an open page of the console. */
export async function measureConsole(): Promise<readonly string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signpost-bench-'))
  const homeserver = await startStandInHomeserver()
  await seedDatabase(dataDir, ASSOCIATIONS)
  const [port, adminPort] = await freePorts(2)
  const server = await startSignpost({ dataDir, port, adminPort, homeserverUrl: homeserver.url })
  const ask = asking(port, await hashDetails(port))
  const browser = await openBrowser()
  const baseUrl = `http://127.0.0.1:${adminPort}`
  const cookie = await claim(baseUrl, dataDir)
  const lines: string[] = []
  try {
    for (const path of ['/activity', '/']) {
      const page = await openPage(browser, `${baseUrl}${path}`, cookie)
      const load = await watchLoad(page)
      const before = await load.busySeconds()
      const early = new Promise((wait) => setTimeout(wait, FIRST_LOOK_MS)).then(() => load.heapBytes())
      await paced(ask)
      lines.push(await describeLoad(path, load, { before, early: await early }))
      await page.context().close()
    }
  } finally {
    await browser.close()
    await server.stop()
    homeserver.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return lines
}

async function describeLoad(
  path: string,
  load: PageLoad,
  { before, early }: { readonly before: number; readonly early: number },
): Promise<string> {
  const tasks = await load.longTasks()
  const mib = (bytes: number) => (bytes / MIB).toFixed(1)
  return [
    `console, ${path} open at ${PER_SECOND} lookups/s for ${SECONDS} s:`,
    `${tasks.length} tasks of 50 ms or more, longest ${Math.max(0, ...tasks).toFixed(0)} ms,`,
    `${((await load.busySeconds()) - before).toFixed(1)} s of processor time,`,
    `heap ${mib(early)} MiB after ${FIRST_LOOK_MS / 1000} s and ${mib(await load.heapBytes())} MiB after ${SECONDS} s,`,
    `${await load.elements()} elements`,
  ].join(' ')
}

/** Becomes the administrator by the link that the command line gives; answers the cookie of the session. */
async function claim(baseUrl: string, dataDir: string): Promise<string> {
  const { stdout } = await run(process.execPath, [main, 'admin', 'link', '--json', '--data', dataDir])
  const { url } = JSON.parse(stdout) as { readonly url: string }
  const admin = { isClaimed: async () => false, oneTimeLink: async () => url }
  return (
    await signInAsAdmin({ adminAddress: baseUrl, admin } as Parameters<typeof signInAsAdmin>[0])
  ).cookie()
}

async function openPage(browser: TestBrowser, url: string, cookie: string): Promise<Page> {
  const page = await browser.newPage()
  const [name = '', value = ''] = cookie.split(/=(.*)/s)
  await page.context().addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }])
  await page.goto(url)
  await page.getByText('Live', { exact: true }).waitFor()
  return page
}

import type { BrowserContextOptions, Page } from 'playwright-core'
import { adminName, adminPassword } from '../../../support/admin-client.ts'
import type { TestBrowser } from '../../support/browser.ts'
import type { NewSignpost } from './new-signpost.ts'

const words = {
  en: { name: 'Name', password: 'Password', repeat: 'Password again', claim: 'Start' },
  de: { name: 'Name', password: 'Passwort', repeat: 'Passwort wiederholen', claim: 'Los geht’s' },
} as const

/** Follows the one-time link, makes the first administrator, and is in the wizard. */
export async function claimedPage(
  browser: TestBrowser,
  { claim }: NewSignpost,
  language: keyof typeof words = 'en',
  options: BrowserContextOptions = {},
): Promise<Page> {
  const page = await browser.newPage({ locale: language === 'de' ? 'de-DE' : 'en-GB', ...options })
  const { name, password, repeat, claim: action } = words[language]
  await page.goto(claim)
  await page.getByLabel(name, { exact: true }).fill(adminName)
  await page.getByLabel(password, { exact: true }).fill(adminPassword)
  await page.getByLabel(repeat, { exact: true }).fill(adminPassword)
  await page.getByRole('button', { name: action }).click()
  await page.waitForURL('**/wizard/**')
  await page.getByRole('heading', { level: 1 }).waitFor()
  return page
}

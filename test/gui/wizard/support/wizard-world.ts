import type { Page } from 'playwright-core'
import type { Slapd } from '../../../support/slapd.ts'
import { startSmtpSink, type SmtpSink } from '../../../support/smtp-sink.ts'
import { openBrowser, type TestBrowser } from '../../support/browser.ts'
import { builtServer } from './built-server.ts'
import { claimedPage } from './claimed-page.ts'
import { startSchool } from './directory.ts'
import { startNewSignpost, type NewSignpost } from './new-signpost.ts'
import type { Language } from './words.ts'

export const mailLogin = { user: 'signpost', password: 'mail of the school' } as const

/** What an organisation has before Signpost comes: a directory and a mail server. */
export interface WizardWorld {
  readonly slapd: Slapd
  readonly smtp: SmtpSink
  readonly browser: TestBrowser
  /** A fresh installation, claimed in a browser that is in the wizard now. */
  begin(language?: Language): Promise<{ readonly signpost: NewSignpost; readonly page: Page }>
  stop(): Promise<void>
}

export async function startWizardWorld(): Promise<WizardWorld> {
  const server = await builtServer()
  const [slapd, smtp, browser] = await Promise.all([
    startSchool(),
    startSmtpSink({ auth: mailLogin }),
    openBrowser(),
  ])
  const started: NewSignpost[] = []
  return {
    slapd,
    smtp,
    browser,
    async begin(language = 'en') {
      const signpost = await startNewSignpost(server.main)
      started.push(signpost)
      return { signpost, page: await claimedPage(browser, signpost, language) }
    },
    async stop() {
      try {
        await browser.close()
      } finally {
        await Promise.all([...started.map((one) => one.stop()), slapd.stop(), smtp.close()])
        await server.remove()
      }
    },
  }
}

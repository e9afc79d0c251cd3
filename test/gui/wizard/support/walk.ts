import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { serviceDn, servicePassword } from './directory.ts'
import type { Hands } from './hands.ts'
import { mailLogin, type WizardWorld } from './wizard-world.ts'
import { filled, words, type Language } from './words.ts'

export interface Walk {
  readonly page: Page
  readonly hands: Hands
  readonly world: WizardWorld
  readonly language: Language
  readonly homeserver: { readonly domain: string; readonly url: string }
  /** A step that is filled in, before it is left. */
  readonly atStep?: (name: string) => Promise<void>
}

/** From the first step to a person who is found, with everything real. */
export async function expectWholeWay(walk: Walk): Promise<void> {
  const { page, hands, language } = walk
  const t = words[language]
  const atStep = walk.atStep ?? (async () => {})
  const expectStep = async (title: string) =>
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
  const goOn = async (step: string) => {
    await atStep(step)
    await hands.press(t.wizard.next)
  }

  await expectStep(t.wizard.stepStart)
  await goOn('start')

  await expectStep(t.wizard.stepDomain)
  await hands.write(t.wizard.domain, walk.homeserver.domain)
  await hands.write(t.wizard.homeserverUrl, walk.homeserver.url)
  await page.getByText(/Synapse \d/).waitFor()
  await goOn('domain')

  await expectStep(t.wizard.stepTls)
  await page.getByText('proxy_pass').first().waitFor()
  await goOn('tls')

  await expectStep(t.wizard.stepBackends)
  await addDirectory(walk)
  await goOn('backends')

  await expectStep(t.wizard.stepMail)
  await setUpMail(walk)
  await goOn('mail')

  await expectStep(t.wizard.stepFederation)
  await page.getByText('_matrix-identity._tcp').first().waitFor()
  await goOn('federation')

  await expectStep(t.wizard.stepPolicies)
  await hands.choose(filled(t.services.whoOwn, { domain: walk.homeserver.domain }))
  await goOn('policies')

  await expectStep(t.wizard.stepIntegrations)
  await hands.turn(t.integrations.search)
  await page.getByText('user_directory').first().waitFor()
  await goOn('integrations')

  await expectStep(t.wizard.stepHomeserver)
  await page.getByText('m.identity_server').first().waitFor()
  await goOn('homeserver')

  await expectStep(t.wizard.stepFinish)
  await page.getByText('matrix.domain').first().waitFor()
  await atStep('finish')
  await hands.press(t.finish.apply)
  await page.getByRole('heading', { level: 1, name: t.finish.done }).waitFor({ timeout: 60_000 })
  await findAnna(walk)
  await page.getByRole('heading', { name: t.finish.leftToDo }).waitFor()
  await page.getByRole('link', { name: t.integrations.search }).waitFor()
  await atStep('done')
}

/** The directory of the school, tried until its people are shown. */
export async function addDirectory({ page, hands, world, language, homeserver }: Walk): Promise<void> {
  const t = words[language].people
  await hands.press(t.kindLdap)
  await hands.write(t.servers, world.slapd.ldapUrl)
  await hands.write(t.bindDn, serviceDn)
  await hands.write(t.password, servicePassword)
  await hands.press(t.connect)
  await page.getByText(t.connected).waitFor()
  await hands.press(t.tryIt)
  await page.getByText(`@anna:${homeserver.domain}`).waitFor()
}

/** The mail server of the organisation, and a message that has arrived. */
export async function setUpMail({ page, hands, world, language }: Walk): Promise<void> {
  const t = words[language].services
  const to = `postmaster-${language}@school.example`
  const before = world.smtp.messages.length
  await hands.choose(t.mailSmtp)
  await hands.write(t.smtpHost, '127.0.0.1')
  await hands.write(t.smtpPort, String(world.smtp.port))
  await hands.write(t.smtpUser, mailLogin.user)
  await hands.write(t.smtpPassword, mailLogin.password)
  await hands.write(t.testTo, to)
  await hands.press(t.testSend)
  await page.getByText(t.testAccepted).waitFor()
  await world.smtp.waitFor((mail) => mail.to.includes(to) && world.smtp.messages.indexOf(mail) >= before)
}

async function findAnna({ page, hands, language, homeserver }: Walk): Promise<void> {
  const t = words[language].finish
  await hands.write(t.address, 'anna@school.example')
  await hands.press(t.find)
  const found = filled(t.found, { mxid: `@anna:${homeserver.domain}` })
  await page.getByText(found).waitFor()
  expect(await page.getByText(t.notFound).count()).toBe(0)
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, it } from 'vitest'
import { createAuthority, type Certificate } from '../../support/certificate-authority.ts'
import { freePort } from '../../support/free-port.ts'
import { startHttpPeer, type HttpPeer } from '../../support/http-peer.ts'
import { describeWith } from '../../support/skip.ts'
import { slapdUnavailable } from '../../support/slapd.ts'
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { expectNoAxeViolations } from '../support/axe.ts'
import { noChromium } from '../support/gui.ts'
import { screenshots } from '../support/screenshots.ts'
import { serviceDn, servicePassword } from './support/directory.ts'
import { mouse, type Hands } from './support/hands.ts'
import { startDiscoverableHomeserver } from './support/homeserver.ts'
import { mailLogin, startWizardWorld, type WizardWorld } from './support/wizard-world.ts'

const unavailable = noChromium ?? slapdUnavailable()

describeWith('Chromium and slapd', unavailable, 'mistakes in the wizard are named with what to do', () => {
  let world: WizardWorld
  let homeserver: HttpPeer
  /** Has a port that the listener is to have. */
  let other: HttpPeer
  let untrusted: SmtpSink
  let forAnother: Certificate
  let page: Page
  let hands: Hands
  beforeAll(async () => {
    world = await startWizardWorld()
    homeserver = await startDiscoverableHomeserver('school.example')
    other = await startHttpPeer()
    const authority = await createAuthority(await createTempDir('unknown-authority'))
    forAnother = await authority.issue(['other.example'])
    untrusted = await startSmtpSink({ tls: 'starttls', auth: mailLogin })
    page = (await world.begin()).page
    page.setDefaultTimeout(15_000)
    hands = mouse(page)
  })
  afterAll(async () => {
    await world.stop()
    await Promise.all([homeserver.close(), other.close(), untrusted.close()])
  })

  const next = () => hands.press('Next')
  const expectToRead = (text: string | RegExp) => page.getByText(text).first().waitFor()
  const expectStep = (title: string) => page.getByRole('heading', { level: 1, name: title }).waitFor()
  const look = async (name: string) => {
    await page.evaluate(() => window.scrollTo(0, 0))
    await expectNoAxeViolations(page)
    await screenshots(page, `wizard-mistake-${name}`)
  }

  it('start: nobody who needs no identity server is kept', async () => {
    await page
      .getByRole('radiogroup', { name: /find each other/ })
      .getByLabel('No')
      .check()
    await expectToRead('Then you need no identity server at all')
    await expectToRead('UIFeature.identityServer')
    await look('start')
    await page
      .getByRole('radiogroup', { name: /find each other/ })
      .getByLabel('Yes')
      .check()
    await next()
  })

  it('domain: missing, written as an address, and unknown', async () => {
    await expectStep('Matrix domain')
    await next()
    await expectToRead('Nothing works without it')
    await hands.write('Matrix domain', 'https://school.example/')
    await expectToRead('Write the name only')
    await next()
    await expectStep('Matrix domain')
    await hands.write('Matrix domain', 'school.example')
    await expectToRead('No homeserver answers for school.example')
    await expectToRead('until then nobody can open an account here')
    await look('domain')
    await page.getByRole('button', { name: 'Go on anyway' }).waitFor()
    await page.getByLabel(/Address of the homeserver/).fill(`http://127.0.0.1:${homeserver.port}`)
    await expectToRead('Synapse 1.140.0')
    await next()
  })

  it('TLS: a public address that is none, a port that another program has, a certificate for another name', async () => {
    await expectStep('TLS and reverse proxy')
    await hands.write('Public address', 'school.example')
    await expectToRead('Write an address that begins with https://')
    await next()
    await expectStep('TLS and reverse proxy')
    await hands.write('Public address', 'https://matrix.school.example')
    await hands.write('Port', String(other.port))
    await expectToRead(new RegExp(`has port ${other.port}`))
    await next()
    await expectToRead('Signpost could not start like this')
    await look('port')
    await hands.write('Port', String(await freePort()))
    await expectToRead(/is free\./)

    await hands.choose('Signpost, with your certificate')
    await next()
    await expectToRead('Name the file of the certificate and that of the key.')
    await hands.write('Certificate with its chain (PEM)', '/nowhere/fullchain.pem')
    await hands.write('Private key (PEM)', forAnother.keyFile)
    await expectToRead('/nowhere/fullchain.pem does not exist.')
    await hands.write('Certificate with its chain (PEM)', forAnother.certFile)
    await expectToRead(/other\.example/)
    await expectToRead('Clients will refuse this certificate.')
    await look('certificate')
    const broken = join(await createTempDir('broken'), 'broken.pem')
    await writeFile(broken, 'no certificate')
    await hands.write('Certificate with its chain (PEM)', broken)
    await next()
    await expectToRead('With this certificate Signpost could not start.')
    await hands.choose('A reverse proxy')
    await next()
  })

  it('people: a closed port, a wrong password, a base that does not exist', async () => {
    await expectStep('Your people')
    await hands.press('Active Directory or LDAP')
    await hands.write('Servers', `ldap://127.0.0.1:${await freePort()}`)
    await hands.write('Account that Signpost signs in with', serviceDn)
    await hands.write('Password', 'not this one')
    await hands.press('Go on anyway')
    await expectToRead('This cannot be used yet')
    await hands.press('Connect and look around')
    await expectToRead(/refuse/i)
    await look('ldap-closed')
    await hands.write('Servers', world.slapd.ldapUrl)
    await hands.press('Connect and look around')
    await expectToRead(/password/i)
    await expectToRead('What to do')
    await look('ldap-password')
    await hands.write('Password', servicePassword)
    await hands.press('Connect and look around')
    await expectToRead('Connected. This is what was found:')
    await hands.write('Where people are', 'ou=nobody,dc=school,dc=example')
    await hands.press('Try it and show people')
    await expectToRead(/ou=nobody,dc=school,dc=example/)
    await page.getByRole('img', { name: 'Failed' }).first().waitFor()
    await expectToRead('Not tried with success yet: directory')
    await look('ldap-base')
    await hands.write('Where people are', 'dc=school,dc=example')
    await hands.press('Try it and show people')
    await expectToRead('@anna:school.example')
    await next()
  })

  it('mail: no server, a closed port, a wrong password, a certificate that nobody trusts', async () => {
    await expectStep('Mail and text messages')
    await hands.choose('Your mail server (SMTP)')
    await next()
    await expectToRead('Type the name of the mail server')
    await hands.write('Mail server', '127.0.0.1')
    await hands.write('Port', String(await freePort()))
    await hands.press('Ask the server')
    await expectToRead('No mail server answers there.')
    await look('mail-closed')
    await hands.write('Port', String(world.smtp.port))
    await hands.write('User name', mailLogin.user)
    await hands.write('Password', 'not this one')
    await hands.write('To', 'postmaster@school.example')
    await hands.press('Send it')
    await expectToRead('It was not sent')
    await expectToRead('535 5.7.8 authentication failed')
    await look('mail-password')
    await hands.write('Password', mailLogin.password)
    await hands.write('Port', String(untrusted.port))
    await hands.press('Ask the server')
    await expectToRead(/Its certificate is not trusted/)
    await hands.press('Send it')
    await expectToRead('It was not sent')
    await look('mail-certificate')
    await hands.write('Port', String(world.smtp.port))
    await hands.press('Send it')
    await expectToRead('The mail server has taken it')
    await next()
  })

  it('federation: a record that is not there', async () => {
    await expectStep('Federation and privacy')
    await hands.press('Look now')
    await expectToRead(/There is no _matrix-identity\._tcp\.school\.example/)
    await look('federation')
    await next()
  })

  it('policies: terms without an address', async () => {
    await expectStep('Policies')
    await page.getByLabel('Ask people to accept a document').check()
    await next()
    await expectToRead('This cannot be used yet')
    await look('policies')
    await page.getByLabel('Address of the document (en)').fill('https://school.example/privacy.html')
    await next()
  })

  it('integrations: accounts by invitation without the token of an administrator', async () => {
    await expectStep('Help in the chat')
    await hands.turn('Accounts by invitation')
    await next()
    await expectToRead('This cannot be used yet')
    await expectToRead(/signUp\.adminToken/)
    await look('integrations')
    await hands.turn('Accounts by invitation')
    await next()
  })

  it('homeserver: a configuration that keeps people from each other, and a homeserver that is not ready', async () => {
    await expectStep('Connect the homeserver')
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), hands.press('Choose files')])
    const yaml = ['server_name: school.example', 'enable_3pid_lookup: false', ''].join('\n')
    await chooser.setFiles({ name: 'homeserver.yaml', mimeType: 'text/yaml', buffer: Buffer.from(yaml) })
    await expectToRead(/enable_3pid_lookup/)
    await hands.press('Test now')
    await expectToRead(/openid/)
    await look('homeserver')
    await next()
  })

  it('finish: an address that nobody has', async () => {
    await expectStep('Check and finish')
    await hands.press('Apply and start anew')
    await page.getByRole('heading', { level: 1, name: 'Signpost is set up' }).waitFor({ timeout: 45_000 })
    await hands.write('E-mail address or phone number', 'nobody@school.example')
    await hands.press('Find')
    await expectToRead('Nobody was found')
    await look('nobody')
    await hands.write('E-mail address or phone number', 'bruno@school.example')
    await hands.press('Find')
    await expectToRead('Found: @bruno:school.example')
  })
})

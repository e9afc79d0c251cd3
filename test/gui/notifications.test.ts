import { afterAll, beforeAll, expect, it } from 'vitest'
import { enqueueAll } from '../../src/notify/outbox.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { createLog } from '../notify/support.ts'
import { describeWith } from '../support/skip.ts'
import { startSmtpSink, type SmtpSink } from '../support/smtp-sink.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

const HOUR_MS = 3_600_000
const runtime = { clock: systemClock, random: systemRandom, log: createLog() }

describeWith('Chromium', noChromium, 'notifications', () => {
  let gui: Gui
  let sink: SmtpSink
  beforeAll(async () => {
    sink = await startSmtpSink({ rejectRcpt: (to) => (to.startsWith('nobody') ? '5.1.1 unknown' : null) })
    const email = { transport: 'smtp', smtp: { host: '127.0.0.1', port: sink.port } } as const
    gui = await startGui({ config: { matrix: { domain: 'example.org' }, notifications: { email } } })
  })
  afterAll(async () => {
    await gui.stop()
    await sink.close()
  })

  async function queue(count: number, prefix: string): Promise<void> {
    const now = systemClock.now()
    const messages = Array.from({ length: count }, (_, index) => ({
      kind: index % 3 === 0 ? 'sms' : 'email',
      dedupeKey: `${prefix}-${index}`,
      payload: {
        to: `person${index}@school.example`,
        language: null,
        kind: 'invitation',
        values: {},
        messageId: 'm@x',
      },
      notBefore: now + HOUR_MS,
      expiresAt: now + 48 * HOUR_MS,
    }))
    await gui.appliance.storage.transaction((tx) => enqueueAll(tx, runtime, messages))
  }

  it('sends a test message and shows what was said, also when it is refused', async () => {
    const page = await gui.signedInPage('/notifications')
    await page.getByLabel('To', { exact: true }).fill('anna@example.org')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('The mail server took it').waitFor()
    await page.getByText('RCPT TO:<anna@example.org>').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-mail-sent')

    await page.getByLabel('To', { exact: true }).fill('nobody@example.org')
    await page.keyboard.press('Enter')
    await page.getByText('It was not sent').waitFor()
    await page.getByText('550 5.1.1 unknown', { exact: true }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-mail-refused')
  })

  it('asks the mail server how it wants to be talked to, and takes the answer over', async () => {
    const page = await gui.signedInPage('/notifications')
    await page.getByRole('button', { name: 'Ask the server' }).click()
    await page.getByText(`Port ${sink.port}`, { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Take this over' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved.', { exact: true }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-mail-probed')
    const { body } = await gui.client.get('/api/settings')
    expect(body).toMatchObject({ file: { notifications: { email: { smtp: { security: 'none' } } } } })
  })

  it('says what DNS knows of the sender, in plain words', async () => {
    const page = await gui.signedInPage('/notifications')
    await page.route('**/api/notifications/sender', (route) =>
      route.fulfill({
        json: {
          domain: 'example.org',
          findings: [
            { about: 'spf', code: 'spf-missing', status: 'problem', name: 'example.org', record: null },
            {
              about: 'dkim',
              code: 'dkim-unknown',
              status: 'unknown',
              name: '_domainkey.example.org',
              record: null,
            },
            {
              about: 'dmarc',
              code: 'dmarc-found',
              status: 'ok',
              name: '_dmarc.example.org',
              record: 'v=DMARC1; p=reject',
            },
            { about: 'mx', code: 'mx-found', status: 'ok', name: 'example.org', record: 'mx.example.org' },
          ],
        },
      }),
    )
    await page.getByRole('button', { name: 'Look at DNS' }).click()
    await page.getByText('The domain does not say who may send its mail.').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-sender')
  })

  it('lets words be changed with a preview, shows an error by its line, saves, and goes back', async () => {
    const page = await gui.signedInPage('/notifications?tab=templates')
    const subject = page.getByText('Subject:')
    await subject.waitFor()
    await page.frameLocator('iframe').getByText('Garden club').first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-templates')
    const source = page.getByLabel('Template en/invitation.subject.txt')
    await source.fill('one\n{{ room_name | shout }}')
    await page.getByText('Line 2:').waitFor()
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true)
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-templates-fault')
    await source.fill('Come to {{ room_name }}!')
    await page.getByText('Come to Garden club!').waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved. It counts from the next message on.').waitFor()
    await page.getByRole('button', { name: 'Back to the words of Signpost' }).click()
    await page.getByRole('button', { name: 'Remove my words' }).click()
    await page.getByRole('button', { name: 'Remove my words' }).waitFor({ state: 'detached' })
    await page.getByText('Come to Garden club!').waitFor({ state: 'detached' })
    await page.getByText('Dark', { exact: true }).click()
    await page.frameLocator('iframe').getByText('Garden club').first().waitFor()
    await screenshots(page, 'notifications-templates-dark-mail')
  })

  it('runs nothing that stands in a template', async () => {
    const page = await gui.signedInPage('/notifications?tab=templates')
    await page.getByRole('tab', { name: 'HTML' }).click()
    await page
      .getByLabel('Template en/invitation.html')
      .fill('<p>quiet</p><script>parent.document.title = "run"</script>')
    await page.frameLocator('iframe').getByText('quiet').waitFor()
    expect(await page.title()).not.toContain('run')
  })

  it('has an outbox: empty, full, with another try and giving up', async () => {
    const page = await gui.signedInPage('/notifications?tab=outbox')
    await page.getByText('Nothing waits').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-outbox-empty')
    await queue(12, 'some')
    await page.reload()
    await page.getByText('p…@s…').or(page.getByText('p***@s***.example')).first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-outbox')
    await page.getByRole('row').nth(1).getByRole('button').first().press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Give up' }).click()
    await page.getByText('It is not tried again.', { exact: false }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-outbox-give-up')
    await page.getByRole('button', { name: 'Give this message up' }).click()
    await page.getByText('Failed (1)').click()
    await page.getByRole('row').nth(1).waitFor()
  })

  it('scrolls through ten thousand waiting messages', async () => {
    for (let part = 0; part < 10; part++) await queue(1_000, `part-${part}`)
    const page = await gui.signedInPage('/notifications?tab=outbox')
    await page.getByRole('button', { name: 'Load more' }).click()
    await page.getByText('200 rows so far').waitFor()
    expect(await page.getByRole('row').count()).toBeLessThan(100)
    await screenshots(page, 'notifications-outbox-many')
  })

  it('tries text messages', async () => {
    const page = await gui.signedInPage('/notifications?tab=sms')
    await page.getByLabel('Number, with country code').fill('+44 7700 900001')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('It was not sent').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-sms')
  })

  it('says it when something fails, and speaks German', async () => {
    const page = await gui.signedInPage('/changes', { locale: 'de-DE' })
    await failRoute(page, '/api/notifications/outbox')
    await page.goto(`${gui.baseUrl}/notifications?tab=outbox`)
    await page.getByRole('heading', { level: 1, name: 'Benachrichtigungen' }).waitFor()
    await page.getByRole('alert').first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'notifications-failing-de')
    await page.goto(`${gui.baseUrl}/notifications`)
    await page.getByText('Glauben andere dem Absender?').waitFor()
    await screenshots(page, 'notifications-mail-de')
  })
})

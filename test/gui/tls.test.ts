import { afterAll, afterEach, expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'
import type { ConfigInput } from '../../src/config/schema.ts'

describeWith('Chromium', noChromium, 'TLS and proxy', () => {
  const guis: Gui[] = []
  async function start(server: ConfigInput['server'] = {}): Promise<Gui> {
    const gui = await startGui({
      config: { matrix: { domain: 'example.org' }, server: { listen: { port: 0 }, ...server } },
      settleMs: 0,
    })
    guis.push(gui)
    return gui
  }
  afterEach(async () => void (await Promise.all(guis.splice(0).map((gui) => gui.stop()))))
  afterAll(() => expect(guis).toEqual([]))

  it('shows the site of each proxy, by the settings in force', async () => {
    const gui = await start({ publicUrl: 'https://matrix.example.org', listen: { port: await freePort() } })
    const page = await gui.signedInPage('/tls')
    await page.getByText(/server_name\s+matrix\.example\.org/).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'tls-proxy')
  })

  it('goes from one proxy to another, and keeps the choice in its address', async () => {
    const gui = await start({ publicUrl: 'https://matrix.example.org', listen: { port: await freePort() } })
    const page = await gui.signedInPage('/tls')
    await page.getByRole('combobox', { name: 'Reverse proxy' }).click()
    await page.getByRole('option', { name: 'Caddy' }).click()
    await page.getByText('matrix.example.org {').waitFor()
    expect(page.url()).toContain('proxy=caddy')
  })

  it('shows the certificate of an authority of its own, and hands the authority out', async () => {
    const gui = await start({ tls: { mode: 'selfSigned' }, publicUrl: 'https://signpost.lan' })
    const page = await gui.signedInPage('/tls')
    await page.getByText(/^Valid for \d+ days$/).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'tls-self-signed')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the authority’s certificate' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('signpost-authority.pem')
  })

  it('says why an authority issued nothing, and asks it again', async () => {
    const port = await freePort()
    const acme = { agreeToTerms: true, directory: `https://127.0.0.1:${port}/dir`, httpPort: null } as const
    const gui = await start({ tls: { mode: 'acme', acme }, publicUrl: 'https://signpost.example' })
    const page = await gui.signedInPage('/tls')
    await page.getByRole('button', { name: 'Try again now' }).click()
    await page.getByText('The authority is being asked.', { exact: false }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'tls-acme-failed')
  })

  it('tries a new address until somebody confirms it from there', async () => {
    const gui = await start()
    const page = await gui.signedInPage('/tls')
    const port = await freePort()
    await page.getByText('More settings').last().click()
    await page.getByLabel('Console: port').fill(String(port))
    await page.getByRole('button', { name: 'Save', exact: true }).last().click()
    const trial = page.getByRole('alert').filter({ hasText: 'A new address is tried' })
    await trial.waitFor()
    await trial.getByText(/seconds are left/).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'tls-address-trial')
    await trial.getByRole('button', { name: 'keep it' }).click()
    await page.getByText('It does not lead here yet: admin.listen').waitFor()

    const link = await trial.getByRole('link').getAttribute('href')
    expect(link).toContain(`:${port}/confirm#`)
    const there = await page.context().newPage()
    await there.goto(link ?? '')
    await there.getByText(`This is the console at http://127.0.0.1:${port}.`).waitFor()
    await expectNoAxeViolations(there)
    await screenshots(there, 'tls-address-confirm')
    await there.getByRole('button', { name: 'The new address works: keep it' }).click()
    await there.getByText('The new address counts').waitFor()
    expect(gui.appliance.config.current().admin.listen.port).toBe(port)
  })

  it('goes back at once when asked', async () => {
    const gui = await start()
    const page = await gui.signedInPage('/tls')
    await page.getByLabel('Public address').fill('https://elsewhere.example')
    await page.getByRole('button', { name: 'Save', exact: true }).last().click()
    await page.getByRole('button', { name: 'Go back now' }).click()
    await page.getByText('A new address is tried', { exact: true }).waitFor({ state: 'detached' })
    expect(gui.appliance.config.current().server.publicUrl).toBeNull()
  })

  it('says it when something fails, and speaks German', async () => {
    const gui = await start()
    const page = await gui.signedInPage('/changes', { locale: 'de-DE' })
    await failRoute(page, '/api/gateway/tls')
    await page.goto(`${gui.baseUrl}/tls`)
    await page.getByRole('alert').first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'tls-failing-de')
  })

  it('tests from outside in', async () => {
    const gui = await start()
    const page = await gui.signedInPage('/tls')
    await page.getByRole('button', { name: 'Test now' }).click()
    await page.getByText('Likely cause:').first().waitFor({ timeout: 20_000 })
    await expectNoAxeViolations(page)
    await screenshots(page, 'tls-tested')
  })
})

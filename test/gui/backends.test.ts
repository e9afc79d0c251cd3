import { afterAll, beforeAll, expect, it } from 'vitest'
import { ldapInput, personLdif, startSchool } from '../backends/ldap/support/school-directory.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { slapdUnavailable, type Slapd } from '../support/slapd.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { delayRoute, failRoute } from './support/routes.ts'
import { screenshots } from './support/screenshots.ts'

describeWith('slapd and Chromium', slapdUnavailable() ?? noChromium, 'the page of the backends', () => {
  let slapd: Slapd
  let gui: Gui
  beforeAll(async () => {
    slapd = await startSchool()
    await slapd.change(
      personLdif('twin', { cn: 'Twin', mail: ['anna@school.example', 'no address'] }) +
        personLdif('Müller', { cn: 'Müller' }),
    )
    gui = await startGui({
      config: {
        matrix: { domain: 'example.org' },
        backends: [
          ldapInput(slapd),
          { id: 'guests', type: 'list' },
          { id: 'old', type: 'rest', url: 'http://127.0.0.1:9', enabled: false },
        ],
      },
    })
    const lines = Array.from({ length: 10_000 }, (_, i) => `guest${i}@x.example,guest${i},Guest ${i}`)
    const base64 = Buffer.from(['email,mxid,name', ...lines].join('\n')).toString('base64')
    const { status } = await gui.client.post('/api/list/guests/import', { base64, mode: 'replace' })
    expect(status).toBe(200)
    await eventually(
      async () => {
        const { body } = await gui.client.get('/api/backends')
        const [first] = (body as { backends: { sync: { people: number } }[] }).backends
        return first?.sync.people === 6
      },
      { what: 'the first sync' },
    )
  })
  afterAll(async () => {
    await gui.stop()
    await slapd.stop()
  })

  it('lists them in their order, with kind, state and numbers', async () => {
    const page = await gui.signedInPage('/backends')
    const school = page.getByRole('article', { name: 'school' })
    await school.getByText('6 people, 9 addresses').waitFor()
    await school.getByText('Active Directory / LDAP').waitFor()
    await page.getByRole('article', { name: 'guests' }).getByText('10,000 people').waitFor()
    await page.getByRole('article', { name: 'old' }).getByText('Switched off').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backends-list')
  })

  it('moves one by the arrow keys, says so, and keeps the order', async () => {
    const page = await gui.signedInPage('/backends')
    await page.getByRole('button', { name: /^Move guests/ }).focus()
    await page.keyboard.press('ArrowUp')
    await page.getByText('guests is now number 1 of 3.').waitFor({ state: 'attached' })
    const order = async () => {
      const { body } = await gui.client.get('/api/backends')
      return (body as { backends: { id: string }[] }).backends.map(({ id }) => id).join()
    }
    await eventually(async () => (await order()) === 'guests,school,old', { what: 'the new order' })
    await page.keyboard.press('ArrowDown')
    await eventually(async () => (await order()) === 'school,guests,old', { what: 'the old order' })
  })

  it('shows how one is doing, and tests it step by step', async () => {
    const page = await gui.signedInPage('/backends/school')
    await page.getByRole('button', { name: 'Test now' }).click()
    await page.getByText('A look at some people').waitFor()
    await page.getByRole('cell', { name: '@anna:example.org' }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backends-state')
  })

  it('updates a copy and says what came of it', async () => {
    const page = await gui.signedInPage('/backends/school')
    await page.getByRole('button', { name: 'Read everything anew' }).click()
    await page.getByText('The copy is up to date').waitFor()
  })

  it('looks through everybody: what is left out, why, and who is in whose way', async () => {
    const page = await gui.signedInPage('/backends/school/xray')
    const table = page.getByRole('table', { name: 'X-ray' })
    await table.getByText('@zoe:example.org').waitFor()
    expect(await table.getByText('anna@school.example').count()).toBe(0)
    await page.getByRole('switch', { name: 'Show whole addresses' }).press('Space')
    await table.getByText('anna@school.example').first().waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backends-xray')
    await page.getByText('Conflicts (2)').click()
    await table.getByText('anna@school.example is also claimed by @twin:example.org').waitFor()
    expect(await table.getByText('@zoe:example.org').count()).toBe(0)
    await page.getByLabel('Search', { exact: true }).fill('nobody at all')
    await page.getByText('Nobody fits').waitFor()
  })

  it('says beforehand whom an edit hides, and keeps the edit from being lost', async () => {
    const page = await gui.signedInPage('/backends/school/settings')
    await page.getByLabel('Only these people').fill('(!(uid=twin))')
    await page.getByRole('button', { name: 'Compare' }).click()
    await page.getByText('This edit hides 1 person').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backends-settings')
    await page.getByRole('link', { name: 'All backends' }).click()
    await page.getByRole('button', { name: 'Stay' }).click()
    await page.getByLabel('Only these people').fill('(uid=twin')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('This is not a filter.', { exact: false }).first().waitFor()
  })

  it('adds one: kind, form, a look into the directory, a test, and back to it', async () => {
    const page = await gui.signedInPage('/backends/-/add')
    await page.getByRole('link', { name: /Program/ }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backends-kinds')
    await page.getByRole('link', { name: /Active Directory/ }).click()
    const { bindDn, bindPassword } = ldapInput(slapd)
    await page.getByLabel('Servers').fill(slapd.ldapUrl)
    await page.keyboard.press('Enter')
    await page.getByLabel('Account', { exact: true }).fill(String(bindDn))
    await page.getByLabel('Password of the account').fill(String(bindPassword))
    await page.getByRole('button', { name: 'Look into the directory' }).click()
    await page.getByText('The server is an OpenLDAP.').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backends-add')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'directory', exact: true }).waitFor()
    const { text } = await gui.client.get('/api/backends')
    expect(text).toContain('"id":"directory"')
    expect((await gui.client.delete('/api/backends/directory')).status).toBe(200)
  })

  it('scrolls through ten thousand rows of a list, adds one, and removes it', async () => {
    const page = await gui.signedInPage('/backends/guests/rows')
    const table = page.getByRole('table', { name: 'Rows' })
    await table.getByText('@guest0:example.org').waitFor()
    await page.getByRole('button', { name: 'Add a row' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a row' })
    await dialog.getByLabel('Address').fill('not one')
    await dialog.getByLabel('Matrix ID').fill('zoe')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('"not one" is not a phone number', { exact: false }).waitFor()
    await dialog.getByLabel('Address').fill('zoe@x.example')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByLabel('Search the rows').fill('zoe@')
    await table.getByText('@zoe:example.org').waitFor()
    await expectNoAxeViolations(page)
    await page.getByRole('checkbox', { name: 'Choose @zoe:example.org' }).check()
    await page.getByRole('button', { name: 'Remove 1 row' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove 1 row' }).click()
    await page.getByText('No row fits').waitFor()
    await page.getByLabel('Search the rows').fill('')
    await table.getByText('@guest0:example.org').waitFor()
    await page.getByRole('switch', { name: 'Show whole addresses' }).press('Space')
    await table.getByText('guest0@x.example').waitFor()
    await screenshots(page, 'backends-rows')
  })

  it('previews a file before it is imported', async () => {
    const page = await gui.signedInPage('/backends/guests/rows')
    await page.getByRole('button', { name: 'Import' }).click()
    const csv = 'email,mxid\nguest0@x.example,guest0\nnew@x.example,@new:else.example\nno address,bob\n'
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await page.getByText('1 added, 0 changed, 0 removed, 1 as before').waitFor()
    await page.getByText('else.example (1)').waitFor()
    await page.getByText('"no address"', { exact: false }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backends-import')
    await page.getByRole('button', { name: 'Import' }).last().click()
    await page.getByText('Imported', { exact: true }).waitFor()
  })

  it('tries a lookup, and searches with the eyes of a user', async () => {
    const page = await gui.signedInPage('/backends/-/lookup')
    await page.getByLabel('E-mail address or phone number').fill('Anna@School.example')
    await page.getByRole('button', { name: 'Look up' }).click()
    await page.getByText('Answered by school').waitFor()
    await page.getByText('school: asked just now').waitFor()
    await page.getByLabel('User', { exact: true }).fill('bob')
    await page.getByLabel('Searches for').fill('meier')
    await page.getByRole('button', { name: 'Search', exact: true }).click()
    await page.getByRole('cell', { name: '@anna:example.org' }).waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backends-lookup')
  })

  it('keeps its place while it loads, and says why when it fails', async () => {
    const page = await gui.signedInPage('/settings')
    const go = await delayRoute(page, '/api/backends')
    await page.getByRole('link', { name: 'Backends' }).click()
    await page.getByText('Loading').first().waitFor({ state: 'attached' })
    await screenshots(page, 'backends-loading')
    go()
    await page.getByRole('article', { name: 'school' }).waitFor()
    const other = await gui.signedInPage('/settings')
    await failRoute(other, '/api/backends')
    await other.getByRole('link', { name: 'Backends' }).click()
    await other.getByRole('button', { name: 'Try again' }).waitFor()
    await screenshots(other, 'backends-failing')
  })
})

describeWith('Chromium', noChromium, 'the page of the backends without any', () => {
  let gui: Gui
  beforeAll(async () => {
    gui = await startGui({ config: { backends: [] } })
  })
  afterAll(() => gui.stop())

  it('says what is missing and leads to the kinds, in German as well', async () => {
    const page = await gui.signedInPage('/backends', { locale: 'de-DE' })
    await page.getByText('Noch keine Verzeichnisse').waitFor()
    await expectNoAxeViolations(page)
    await screenshots(page, 'backends-empty')
    await page.getByRole('link', { name: 'Verzeichnis hinzufügen' }).click()
    await page.getByRole('heading', { name: 'Wo stehen Ihre Leute?' }).waitFor()
  })
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { insertList } from '../../src/invitations/invite-lists/list.ts'
import { systemRandom } from '../../src/system.ts'
import { startClientHomeserver, type ClientHomeserver } from '../support/client-homeserver.ts'
import { describeWith } from '../support/skip.ts'
import { expectNoAxeViolations } from './support/axe.ts'
import { noChromium, startGui, type Gui } from './support/gui.ts'
import { screenshots } from './support/screenshots.ts'

const room = '!choir:example.org'

describeWith('Chromium', noChromium, 'inviting a list of people', () => {
  let gui: Gui
  let homeserver: ClientHomeserver
  beforeAll(async () => {
    homeserver = await startClientHomeserver({ alice: { password: 'secret' } })
    const answer = (tail: string, body: object, status = 200) =>
      homeserver.intercept(tail, (_request, response) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })
    answer(`/m.room.member/${encodeURIComponent('@alice:example.org')}`, { membership: 'join' })
    answer('/m.room.name/', { name: 'Choir' })
    answer('/m.room.power_levels/', { users: {} })
    answer('/invite', { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 400_000 }, 429)
    gui = await startGui({
      config: { matrix: { domain: 'example.org', homeserverUrl: homeserver.url } },
    })
  })
  afterAll(async () => {
    await gui.stop()
    await homeserver.close()
  })

  it('shows what becomes of each row, looks at the room, and says when it will be done', async () => {
    const page = await gui.signedInPage('/invitations')
    await page.getByRole('link', { name: 'Invite a list of people' }).click()
    await page.getByRole('heading', { level: 1, name: 'Invite a list of people' }).waitFor()
    await page
      .getByRole('textbox', { name: 'Addresses' })
      .fill('Name,Mail\nAnna,anna@example.com\nBob,bob@example.com\nNobody,\nAnna,anna@example.com')
    await page.getByRole('button', { name: 'Show what becomes of them' }).click()
    await page.getByText('2 by mail, 0 directly, 2 left out.').waitFor()
    await page.getByLabel('Access token', { exact: true }).fill('wrong')
    await page.getByRole('textbox', { name: 'Room ID or alias' }).fill(room)
    await page.getByRole('button', { name: 'Look at the room' }).click()
    await page.getByText('This access token is of no use.').waitFor()
    await page.getByLabel('Access token', { exact: true }).fill(homeserver.tokenOf('alice'))
    await page.getByRole('button', { name: 'Look at the room' }).click()
    await page.getByText(/@alice:example.org can invite into Choir/).waitFor()
    await screenshots(page, 'invite-list-new')
    await expectNoAxeViolations(page)
    await page.getByRole('button', { name: 'Invite 2 people' }).click()
    await page.getByRole('region', { name: '2 people into Choir' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/invitations')
  })

  it('shows lists that are under way, held by a problem, or done, with everybody in them', async () => {
    const at = { now: Date.now(), random: systemRandom }
    const rows = Array.from({ length: 40 }, (_, n) => ({ address: `p${n}@example.com`, mxid: null }))
    const about = { createdBy: 'Anna', sender: '@alice:example.org', roomId: room, accessToken: 'v1:x', rows }
    const { storage } = gui.appliance
    await storage.transaction((tx) => insertList(tx, { ...about, roomName: 'Parents of class 4b' }, at))
    const page = await gui.signedInPage('/invitations')
    const held = page.getByRole('region', { name: '40 people into Parents of class 4b' })
    await held.getByText('The access token has ended.').waitFor()
    await screenshots(page, 'invite-list-lists')
    await expectNoAxeViolations(page)
    await held.getByRole('button', { name: 'Show people' }).click()
    await page.getByRole('dialog', { name: 'People of the list' }).getByText('40 rows').waitFor()
    await screenshots(page, 'invite-list-rows')
    await expectNoAxeViolations(page)
  })
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { takeNews, takeState } from '../../electron/server-news.ts'
import { createNotifications, type Message } from '../../electron/notifications.ts'
import { createViewStore, type Facts } from '../../electron/view-store.ts'
import { keptInKeychain } from '../../src/config/sealing.ts'
import { eventually } from '../support/poll.ts'
import { describeWith } from '../support/skip.ts'
import { noChromium } from './driver/chromium.ts'
import { createTestData, logOf, lookUp, type TestData } from './driver/server.ts'
import { createStandInDriver, type StandInApp, type StandInDriver } from './driver/stand-in-driver.ts'
import { createStandIn } from './stand-in/electron.ts'

const facts: Facts = {
  ...{ version: '1.2.3', phase: 'running', isServerWorking: false, publicAddress: null },
  ...{ lookupsToday: 0, pendingInvitations: 0, attention: [], federationPausedUntil: null },
  ...{
    hasTray: true,
    startAtLogin: false,
    silenced: [],
    keyNote: null,
    away: null,
    crash: null,
    update: null,
  },
}

it('The state that is shown follows from how the server stands', () => {
  const view = createViewStore(facts)
  const shown = (changes: Partial<Facts>) => {
    view.change(changes)
    return view.current().condition
  }
  expect(shown({ phase: 'starting' })).toBe('working')
  expect(shown({ phase: 'running', isServerWorking: true })).toBe('working')
  expect(shown({ isServerWorking: false })).toBe('ok')
  expect(shown({ attention: [{ code: 'backend-down', text: 'x' }] })).toBe('attention')
  expect(shown({ phase: 'restarting' })).toBe('working')
  expect(shown({ phase: 'failed' })).toBe('stopped')
})

it('What happened during a sleep is told once, and stands in the window afterwards', () => {
  const view = createViewStore(facts)
  const told: Message[] = []
  const away = { type: 'away', awayMs: 22_200_000, deliveredLate: 3, needsYou: 1 } as const
  takeNews(away, view, { tell: (message) => void told.push(message) })
  expect(told).toMatchObject([
    { kind: 'away', body: 'Offline 6 h 10 min; 3 invitations delivered late, 1 needs you.' },
  ])
  expect(view.current().away?.body).toBe(told[0]?.body)
})

it('A server that is gone needs no attention any more: what it said counted for its time', () => {
  const view = createViewStore({ ...facts, attention: [{ code: 'backend-down', text: 'x' }] })
  takeState({ phase: 'restarting' }, view, { tell: () => {} })
  expect(view.current()).toMatchObject({ attention: [], condition: 'working' })
})

it('Each kind of notification can be switched off, and one event is told once', () => {
  const silenced = new Set<string>()
  const opened: string[] = []
  const standIn = createStandIn({
    ...{ browser: null as never, locks: new Map(), argv: [] },
    keychain: { backend: null, secret: '' },
  })
  const notifications = createNotifications(
    standIn.electron,
    (kind) => !silenced.has(kind),
    (kind) => opened.push(kind),
  )
  const message = { kind: 'backend-down', key: 'backend-down ldap 1', title: 'A', body: 'B' } as const
  notifications.tell(message)
  notifications.tell(message)
  expect(standIn.notifications).toHaveLength(1)
  standIn.notifications[0]?.click()
  expect(opened).toEqual(['backend-down'])
  silenced.add('backend-down')
  notifications.tell({ ...message, key: 'backend-down ldap 2' })
  expect(standIn.notifications).toHaveLength(1)
})

describeWith('Chromium', noChromium, 'The shell and the system around it', () => {
  let driver: StandInDriver
  let data: TestData
  beforeAll(async () => {
    driver = await createStandInDriver()
  })
  afterAll(() => driver.close())
  beforeEach(async () => {
    data = await createTestData()
  })
  const runs = (app: StandInApp) =>
    eventually(async () => (await app.tray()).condition === 'ok', {
      what: 'a running server',
      timeoutMs: 30_000,
    })
  const keyFile = () => readFile(join(data.dataDir, 'sealing.key'), 'utf8')

  it('keeps the key of the secrets in the keychain, gives it to each server, and writes it nowhere else', async () => {
    const app = await driver.start({ dataDir: data.dataDir, args: ['--hidden'] })
    await runs(app)
    expect(await keyFile()).toBe(keptInKeychain)
    await app.chooseInTray('Restart the server')
    await eventually(async () => (await app.trayHistory()).filter((each) => each === 'ok').length === 2, {
      what: 'another server',
      timeoutMs: 30_000,
    })
    expect(await lookUp(data)).toBe(true)
    await app.quit()
  })

  it('runs without a keychain as well, and says where the key lies', async () => {
    const keychain = { backend: 'basic_text', secret: 'peanuts' }
    const app = await driver.start({ dataDir: data.dataDir, args: ['--hidden'], keychain })
    await runs(app)
    expect(await keyFile()).not.toBe(keptInKeychain)
    expect((await app.menuLabels()).some((label) => label.includes('no keychain'))).toBe(true)
    expect(app.standIn.trays[0]?.menu?.labels().some((label) => label.includes('sealing.key'))).toBe(true)
    await app.quit()
  })

  it('does not start with a keychain that does not give the key, and says what to do', async () => {
    const first = await driver.start({ dataDir: data.dataDir, args: ['--hidden'] })
    await runs(first)
    await first.quit()
    const keychain = { backend: 'kwallet6', secret: 'of another session' }
    const app = await driver.start({ dataDir: data.dataDir, keychain })
    await eventually(
      async () => (await app.inPage<string>('document.body.innerText')).includes('unlock its keychain'),
      {
        what: 'the way out on the page',
      },
    )
    await app.quit()
  })

  it('keeps the place and the zoom of the window', async () => {
    const first = await driver.start({ dataDir: data.dataDir })
    await runs(first)
    await first.closeWindow()
    await eventually(async () => (await first.questions()).length === 1, { what: 'the explanation' })
    first.window().bounds = { x: 300, y: 200, width: 1000, height: 700 }
    first.window().webContents.setZoomFactor(1.5)
    await first.answer('Keep running')
    await eventually(() => first.standIn.windows.size === 0, { what: 'the end of the window' })
    await first.quit()
    const second = await driver.start({ dataDir: data.dataDir })
    expect(second.window().options).toMatchObject({ x: 300, y: 200, width: 1000, height: 700 })
    await eventually(() => second.window().webContents.zoom === 1.5, { what: 'the zoom' })
    await second.quit()
  })

  it('ends the renderer with the window', async () => {
    const app = await driver.start({ dataDir: data.dataDir })
    await runs(app)
    const contexts = driver.browser.contexts().length
    await app.closeWindow()
    await eventually(async () => (await app.questions()).length === 1, { what: 'the explanation' })
    await app.answer('Keep running')
    await eventually(() => driver.browser.contexts().length === contexts - 1, {
      what: 'the end of the renderer',
    })
    expect(await lookUp(data)).toBe(true)
    await app.quit()
  })

  it('uses the login items of Windows and macOS', async () => {
    const app = await driver.start({ dataDir: data.dataDir, args: ['--hidden'], host: { platform: 'win32' } })
    await runs(app)
    expect(app.standIn.app.loginItems).toEqual([])
    await app.chooseInTray('Start at login')
    await eventually(() => app.standIn.app.loginItems.length === 1, { what: 'the login item' })
    expect(app.standIn.app.loginItems).toEqual([
      { openAtLogin: true, path: '/opt/Signpost/signpost', args: ['--data', data.dataDir, '--hidden'] },
    ])
    await app.quit()
  })

  it('writes what the server says into its log, and neither the key nor a link that lets people in', async () => {
    const app = await driver.start({ dataDir: data.dataDir, args: ['--hidden'] })
    await runs(app)
    const vault = JSON.parse(await readFile(join(data.dataDir, 'desktop', 'sealing-key.json'), 'utf8')) as {
      key: string
    }
    const key = app.standIn.electron.safeStorage.decryptString(Buffer.from(vault.key, 'base64'))
    await app.quit()
    const log = await logOf(data)
    expect(log).toContain('Signpost is running')
    expect(log).not.toContain(key)
    expect(log).not.toContain('/claim#')
  })
})

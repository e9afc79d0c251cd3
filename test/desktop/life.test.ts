import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { describeWith } from '../support/skip.ts'
import { eventually } from '../support/poll.ts'
import { noDriver, openDriver } from './driver/choose.ts'
import type { DesktopDriver, RunningApp, StartOptions } from './driver/driver.ts'
import { claim, createTestData, isAlive, lookUp, serverPid, type TestData } from './driver/server.ts'

describeWith('a desktop app', noDriver, 'The desktop app', () => {
  let driver: DesktopDriver
  let data: TestData
  beforeAll(async () => {
    driver = await openDriver()
  })
  afterAll(() => driver.close())
  beforeEach(async () => {
    data = await createTestData()
  })

  const start = (options: Partial<StartOptions> = {}) => driver.start({ dataDir: data.dataDir, ...options })
  const becomes = (app: RunningApp, condition: string) =>
    eventually(async () => (await app.tray()).condition === condition, {
      what: `the icon "${condition}"`,
      timeoutMs: 30_000,
    })
  const shows = (app: RunningApp, matches: (url: string) => boolean, what: string) =>
    eventually(async () => (await app.windows()).find(matches), { what, timeoutMs: 30_000 })
  const isStopped = async (app: RunningApp) => (await app.tray()).condition === 'stopped'
  const isConsole = (url: string) => url.startsWith(data.adminUrl)

  it('starts the server and opens the console with the first start', async () => {
    const app = await start()
    await shows(app, isConsole, 'the console in the window')
    await becomes(app, 'ok')
    expect(await lookUp(data)).toBe(true)
    expect((await app.tray()).tooltip).toContain('Signpost: running')
    await app.quit()
  })

  it('opens no window when it is started at login', async () => {
    const app = await start({ args: ['--hidden'] })
    await becomes(app, 'ok')
    expect(await app.windows()).toEqual([])
    await app.chooseInTray('Open Signpost')
    await shows(app, isConsole, 'the console in the window')
    await app.quit()
  })

  it('shows a lookup in the tray within two seconds', async () => {
    const app = await start({ args: ['--hidden'] })
    await becomes(app, 'ok')
    await eventually(async () => (await app.tray()).tooltip.includes('0 lookups today'), {
      what: 'no lookups',
    })
    await lookUp(data)
    await eventually(
      async () => (await app.tray()).tooltip.includes('1 lookup today, 0 invitations waiting'),
      {
        what: 'the lookup in the tray',
        timeoutMs: 2_000,
      },
    )
    await app.quit()
  })

  it('starts a server that was killed again, and loses no lookup after that', async () => {
    const app = await start({ args: ['--hidden'] })
    await becomes(app, 'ok')
    const killed = serverPid(data)
    process.kill(killed, 'SIGKILL')
    await becomes(app, 'working')
    await becomes(app, 'ok')
    expect(await app.trayHistory()).toEqual(['stopped', 'working', 'ok', 'working', 'ok'])
    expect(serverPid(data)).not.toBe(killed)
    for (let count = 0; count < 20; count++) expect(await lookUp(data)).toBe(true)
    await app.quit()
  })

  it('stops a crash loop and tells why', async () => {
    const app = await start()
    await becomes(app, 'ok')
    await shows(app, isConsole, 'the console in the window')
    // Four crashes do, but only four within a minute, which a slow machine may not manage at the first try.
    for (let crash = 0; crash < 12 && (await app.tray()).condition !== 'stopped'; crash++) {
      process.kill(serverPid(data), 'SIGKILL')
      await eventually(async () => (await app.tray()).condition === 'working' || isStopped(app), {
        what: 'the end of the server',
      })
      await eventually(async () => (await app.tray()).condition === 'ok' || isStopped(app), {
        what: 'the next server',
        timeoutMs: 30_000,
      })
    }
    expect((await app.tray()).condition).toBe('stopped')
    await shows(app, (url) => url.endsWith('crash.html'), 'the page that tells of the crash')
    const text = await eventually(
      async () => {
        const shown = await app.inPage<string>('document.body.innerText')
        return shown.includes('The server ended 4 times within a minute') && shown
      },
      { what: 'the reason on the page' },
    )
    expect(text).toContain('SIGKILL')
    expect(text).toContain('desktop.log')
    const pid = serverPid(data)
    expect(isAlive(pid)).toBe(false)
    expect((await app.notifications()).map(({ title }) => title)).toContain('Signpost is not running')

    await app.inPage('document.getElementById("again").click()')
    await becomes(app, 'ok')
    await shows(app, isConsole, 'the console in the window')
    expect(await lookUp(data)).toBe(true)
    await app.quit()
  })

  it('says at once what has to be mended, and does not try again by itself', async () => {
    await writeFile(join(data.dataDir, 'signpost.yaml'), 'matrix: { domian: example.org }\n')
    const app = await start()
    await becomes(app, 'stopped')
    await shows(app, (url) => url.endsWith('crash.html'), 'the page that tells of the failure')
    await eventually(
      async () => (await app.inPage<string>('document.body.innerText')).includes('config-invalid'),
      {
        what: 'the code of the failure',
      },
    )
    const text = await app.inPage<string>('document.body.innerText')
    expect(text).toContain('signpost config check')
    expect(text).toContain('Did you mean')
    expect(await app.trayHistory()).toEqual(['stopped', 'working', 'stopped'])
    await app.quit()
  })

  it('brings its window to the front when it is started a second time, and touches nothing else', async () => {
    const app = await start()
    await shows(app, isConsole, 'the console in the window')
    const before = await app.focused()
    const second = await start()
    await second.ended
    await eventually(async () => (await app.focused()) > before, { what: 'the window at the front' })
    expect(await app.windows()).toHaveLength(1)
    expect(isAlive(serverPid(data))).toBe(true)
    await app.quit()
  })

  it('leaves no process behind', async () => {
    const app = await start()
    await becomes(app, 'ok')
    const pid = serverPid(data)
    await app.chooseInTray('Quit Signpost')
    await app.ended
    expect(isAlive(pid)).toBe(false)
    expect(await lookUp(data)).toBe(false)
  })

  it('goes on without its window, explains that once, and starts at login only when that was ticked', async () => {
    const app = await start()
    await shows(app, isConsole, 'the console in the window')
    const entry = join(data.dataDir, 'home', '.config', 'autostart', 'signpost.desktop')
    await app.closeWindow()
    const [question] = await eventually(async () => await app.questions(), { what: 'the explanation' })
    expect(question).toMatchObject({
      message: 'Signpost keeps answering without its window.',
      buttons: ['Keep running', 'Quit Signpost', 'Cancel'],
      checkbox: 'Start Signpost when I log in',
    })
    expect(question?.detail).toContain('tray')
    await app.answer('Keep running')
    await eventually(async () => (await app.windows()).length === 0, { what: 'the end of the window' })
    expect(await lookUp(data)).toBe(true)
    await expect(stat(entry)).rejects.toMatchObject({ code: 'ENOENT' })

    await app.chooseInTray('Open Signpost')
    await shows(app, isConsole, 'the console in the window')
    await app.closeWindow()
    await eventually(async () => (await app.windows()).length === 0, { what: 'the end of the window' })
    expect(await app.questions()).toEqual([])
    await app.chooseInTray('Start at login')
    const text = await eventually(() => readFile(entry, 'utf8'), { what: 'the entry of the system' })
    expect(text).toContain('--hidden')
    await app.chooseInTray('Start at login')
    await eventually(
      async () =>
        await stat(entry).then(
          () => false,
          () => true,
        ),
      { what: 'the end of the entry' },
    )
    await app.quit()
  })

  it('pauses federation from the tray, and goes on with it', async () => {
    const app = await start({ args: ['--hidden'] })
    await becomes(app, 'ok')
    await app.chooseInTray('Pause federation', 'For 10 minutes')
    await eventually(
      async () => (await app.menuLabels()).some((label) => label.startsWith('Resume federation')),
      {
        what: 'the pause in the menu',
      },
    )
    await app.chooseInTray('Resume federation')
    await eventually(async () => (await app.menuLabels()).includes('Pause federation'), {
      what: 'the end of the pause',
    })
    await app.quit()
  })

  it('restarts the server in order when asked', async () => {
    const app = await start({ args: ['--hidden'] })
    await becomes(app, 'ok')
    const before = serverPid(data)
    await app.chooseInTray('Restart the server')
    await eventually(() => serverPid(data) !== before, { what: 'another server', timeoutMs: 30_000 })
    await becomes(app, 'ok')
    expect(isAlive(before)).toBe(false)
    await app.quit()
  })

  it('delivers after a sleep, and tells of a long one', async () => {
    const app = await start({ args: ['--hidden'] })
    await becomes(app, 'ok')
    await app.power('suspend')
    await app.power('resume')
    await eventually(async () => await lookUp(data), { what: 'a server that answers after a sleep' })
    // Too short to be told; the reports themselves are tested with a clock of their own.
    expect(await app.notifications()).toEqual([])
    await app.quit()
  })

  it('leads a full life without a tray', async () => {
    const app = await start({ hasTray: false })
    await shows(app, isConsole, 'the console in the window')
    const labels = await eventually(
      async () => {
        const found = await app.menuLabels()
        return found.includes('running') && found
      },
      { what: 'the state in the menu' },
    )
    for (const label of [
      'Pause federation',
      'Restart the server',
      'Set a new password…',
      'Start at login',
      'Quit Signpost',
    ]) {
      expect(labels).toContain(label)
    }
    await app.closeWindow()
    const [question] = await eventually(async () => await app.questions(), { what: 'the question' })
    expect(question?.detail).toContain('shows no tray icons')
    await app.answer('Keep running')
    await eventually(async () => (await app.windows()).length === 0, { what: 'the end of the window' })
    expect(await lookUp(data)).toBe(true)
    await (
      await start({ hasTray: false })
    ).ended
    await shows(app, isConsole, 'the console after a second start')
    const pid = serverPid(data)
    await app.chooseInMenu('Signpost', 'Quit Signpost')
    await app.ended
    expect(isAlive(pid)).toBe(false)
  })

  it('opens the page that a link names, and nothing for any other link', async () => {
    const app = await start()
    const { hash } = new URL(await shows(app, isConsole, 'the console in the window'))
    await becomes(app, 'ok')
    await claim(data, hash.slice(1))
    await app.closeWindow()
    await eventually(async () => (await app.questions()).length === 1, { what: 'the explanation' })
    await app.answer('Keep running')
    await eventually(async () => (await app.windows()).length === 0, { what: 'the end of the window' })
    await app.clickLink('signpost://open/doctor')
    await shows(app, (url) => url === `${data.adminUrl}/doctor`, 'the page of the link')
    await app.clickLink('signpost://open/../../etc')
    await app.clickLink('signpost://elsewhere/doctor')
    await shows(app, isConsole, 'the console')
    expect(await app.windows()).toHaveLength(1)
    await app.quit()
  })

  it('gives the way to a new password to whoever sits at the machine', async () => {
    const app = await start()
    const { hash } = new URL(await shows(app, isConsole, 'the console in the window'))
    await becomes(app, 'ok')
    await claim(data, hash.slice(1))
    await app.chooseInTray('Set a new password…')
    const url = await shows(app, (each) => new URL(each).pathname === '/reset', 'the page for a new password')
    expect(new URL(url).origin).toBe(data.adminUrl)
    await app.quit()
  })
})

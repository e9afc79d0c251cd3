import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { channels } from '../../electron/ipc/contract.ts'
import { describeWith } from '../support/skip.ts'
import { eventually } from '../support/poll.ts'
import { noChromium } from './driver/chromium.ts'
import { createTestData, type TestData } from './driver/server.ts'
import { createStandInDriver, type StandInApp, type StandInDriver } from './driver/stand-in-driver.ts'

describeWith('Chromium', noChromium, 'What the window refuses', () => {
  let driver: StandInDriver
  let app: StandInApp
  let data: TestData
  let elsewhere: Server
  let elsewhereUrl: string
  const visits: string[] = []

  beforeAll(async () => {
    elsewhere = createServer((request, response) => {
      visits.push(request.url ?? '')
      response.setHeader('content-type', 'text/html').end('<title>elsewhere</title>')
    })
    await once(elsewhere.listen(0, '127.0.0.1'), 'listening')
    elsewhereUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`
    driver = await createStandInDriver()
    data = await createTestData()
    app = await driver.start({ dataDir: data.dataDir })
    await eventually(async () => (await app.windows())[0]?.startsWith(data.adminUrl), {
      what: 'the console in the window',
      timeoutMs: 30_000,
    })
  })
  afterAll(async () => {
    await driver.close()
    elsewhere.close()
  })

  it('is a page that could reach Node, or another world', () => {
    expect(app.window().options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
    })
    expect(app.standIn.app.calls).toContain('enableSandbox')
  })

  it('is everything before the lock: the path is set, the lock taken, and only then the rest', () => {
    expect(app.standIn.app.calls.slice(0, 3)).toEqual([
      'setPath',
      'requestSingleInstanceLock',
      'enableSandbox',
    ])
  })

  it('is every permission, asked or looked up', () => {
    const { permissions } = app.standIn
    const answers: unknown[] = []
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal']) {
      permissions.get('request')?.({}, permission, (granted: unknown) => answers.push(granted))
      answers.push(permissions.get('check')?.({}, permission, data.adminUrl))
    }
    answers.push(permissions.get('device')?.({ deviceType: 'usb' }))
    expect(answers).toEqual(Array.from({ length: 11 }, () => false))
  })

  it('is leaving the console, by a page that wants to and by a server that sends it away', async () => {
    const { webContents } = app.window()
    await app.inPage(`void (location.href = ${JSON.stringify(elsewhereUrl)})`)
    await eventually(() => webContents.refused.includes(elsewhereUrl), { what: 'the refusal' })
    expect((await app.windows()).map((url) => new URL(url).origin)).toEqual([data.adminUrl])
    expect(visits).toEqual([])
    expect(webContents.mayRedirect(elsewhereUrl)).toBe(false)
    expect(webContents.mayRedirect(`${data.adminUrl}/invitations`)).toBe(true)
    expect(webContents.mayNavigate(`${data.adminUrl}/invitations`)).toBe(true)
    expect(webContents.mayNavigate(`${data.adminUrl}/invitations`, false)).toBe(false)
    expect(webContents.mayNavigate(data.publicUrl)).toBe(false)
    expect(webContents.mayAttachWebview()).toBe(false)
  })

  it('is a second window', async () => {
    await app.inPage(`void window.open(${JSON.stringify(elsewhereUrl)})`)
    const { webContents } = app.window()
    expect(webContents.mayOpen(`${data.adminUrl}/invitations`)).toBe(false)
    await eventually(async () => (await app.window().page()).context().pages().length === 1, {
      what: 'the end of the second window',
    })
    expect(visits).toEqual([])
  })

  it('are links that are not of the web or of mail; the others go to the system, written anew', () => {
    const { webContents } = app.window()
    app.standIn.opened.length = 0
    for (const link of [
      'https://Example.ORG/a b',
      'mailto:support@example.org',
      'http://example.org/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://example.org/share',
      'ms-msdt:/id',
      'https://example.org@evil.example/',
      '\\\\example.org\\share',
      'not a link',
    ]) {
      expect(webContents.mayOpen(link)).toBe(false)
    }
    expect(app.standIn.opened).toEqual(['https://example.org/a%20b', 'mailto:support@example.org'])
  })

  it('are requests of strangers: other pages, frames inside a page, and pages that are gone', async () => {
    const ask = (senderFrame: object | null) =>
      app.standIn.handlers.invoke(channels.view, { senderFrame }, [])
    const url = `${data.adminUrl}/`
    expect(await ask({ url, parent: null })).toMatchObject({ phase: 'running' })
    const code = { code: 'forbidden-sender' }
    await expect(ask({ url: elsewhereUrl, parent: null })).rejects.toMatchObject(code)
    await expect(ask({ url: `${data.publicUrl}/`, parent: null })).rejects.toMatchObject(code)
    await expect(ask({ url: 'file:///tmp/crash.html', parent: null })).rejects.toMatchObject(code)
    await expect(ask({ url: 'about:blank', parent: null })).rejects.toMatchObject(code)
    await expect(ask({ url, parent: { url, parent: null } })).rejects.toMatchObject(code)
    await expect(ask(null)).rejects.toMatchObject(code)
  })

  it('are requests that the contract does not know', async () => {
    const from = { senderFrame: { url: `${data.adminUrl}/`, parent: null } }
    const { handlers } = app.standIn
    expect([...handlers.channels.keys()].sort()).toEqual(Object.values(channels).sort())
    await expect(handlers.invoke(channels.pauseFederation, from, ['for ever'])).rejects.toThrow()
    await expect(handlers.invoke(channels.setNotification, from, ['away', 'yes'])).rejects.toThrow()
    await expect(handlers.invoke(channels.setStartAtLogin, from, [true, 'more'])).rejects.toThrow()
    await expect(handlers.invoke(channels.quit, from, [{}])).rejects.toThrow()
  })

  it('is anything of Electron in the page but the calls of the contract', async () => {
    const names = await app.inPage<string[]>('Object.keys(window.signpost)')
    expect(names.sort()).toEqual([...Object.keys(channels), 'onView'].sort())
    expect(await app.inPage('[typeof require, typeof process, typeof module]')).toEqual(
      Array.from({ length: 3 }, () => 'undefined'),
    )
    const view = await app.inPage<{ phase: string; hasTray: boolean }>('window.signpost.view()')
    expect(view).toMatchObject({ phase: 'running', hasTray: true })
  })

  it('is no news to a page that listens: it hears of every change', async () => {
    await app.inPage('void window.signpost.onView((view) => { window.heard = view.silenced.join() })')
    await app.inPage('window.signpost.setNotification("away", false)')
    await eventually(async () => (await app.inPage('window.heard')) === 'away', {
      what: 'the change in the page',
    })
    await app.inPage('window.signpost.setNotification("away", true)')
    await eventually(async () => (await app.inPage('window.heard')) === '', {
      what: 'the change in the page',
    })
  })
})

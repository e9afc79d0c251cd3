import { join } from 'node:path'
import { createActions } from './actions.ts'
import { onSecondStart, takeLock } from './single-instance.ts'
import { pageOf, registerLinks } from './deep-link.ts'
import type { ElectronApi } from './electron-api.ts'
import type { Host } from './host.ts'
import { introduce } from './identity.ts'
import { handleRequests } from './ipc/handlers.ts'
import { createLoginItem } from './login/login-item.ts'
import { windowTemplate } from './menu/entries.ts'
import { createNotifications } from './notifications.ts'
import { readOptions } from './options.ts'
import { followPower } from './power.ts'
import { setUpQuit } from './quit.ts'
import { openSealingKey } from './sealing-key.ts'
import { takeNews, takeState } from './server-news.ts'
import { launchNode } from './server/launch-node.ts'
import { launchUtility } from './server/launch-utility.ts'
import { openLogFile } from './server/log-file.ts'
import { probe } from './server/probe.ts'
import { createSupervisor, type SupervisorOptions } from './server/supervisor.ts'
import { openSettings } from './settings.ts'
import { isTrayAvailable } from './tray/available.ts'
import { createTrayIcon } from './tray/tray.ts'
import { setUpUpdates } from './updates/set-up.ts'
import { createViewStore } from './view-store.ts'
import { createClosing } from './window/closing.ts'
import { denyPermissions } from './window/lock-down.ts'
import { createMainWindow } from './window/main-window.ts'
import { createOwnPages } from './window/own-pages.ts'

export type ShellPace = Pick<SupervisorOptions, 'healthPace' | 'stopLimits'>

/**
 * The desktop shell, from start to end. It only supervises: the server is a process of its own, and what the window
 * shows is the console that the server serves.
 */
export async function startShell(electron: ElectronApi, host: Host, pace: ShellPace = {}): Promise<void> {
  const { app, Menu } = electron

  // One shell for this data; a second one tells the first and goes.
  introduce(app)
  const options = readOptions(host)
  if (!takeLock(app, options.userDataDir)) return app.quit()
  const isReady = Promise.withResolvers<(link: string | null) => void>()
  onSecondStart(app, (link) => void isReady.promise.then((open) => open(link)))
  registerLinks(app, (link) => void isReady.promise.then((open) => open(link)))
  app.enableSandbox()
  await app.whenReady()

  // What is remembered, and what the system offers.
  const log = openLogFile({ file: join(options.dataDir, 'log', 'desktop.log'), now: host.now })
  const settings = await openSettings(join(options.userDataDir, 'shell.json'), log.note)
  const hasTray = await isTrayAvailable(host)
  denyPermissions(electron.session.defaultSession)

  const view = createViewStore({
    ...{ version: host.version, phase: 'stopped', isServerWorking: false, publicAddress: null },
    ...{ lookupsToday: 0, pendingInvitations: 0, attention: [], federationPausedUntil: null },
    ...{ hasTray, startAtLogin: settings.current().startAtLogin, silenced: settings.current().silenced },
    ...{ keyNote: null, away: null, crash: null, update: null },
  })
  const notifications = createNotifications(
    electron,
    (kind) => !settings.current().silenced.includes(kind),
    (kind) => window.open(kind === 'invitation-undeliverable' ? '/invitations' : undefined),
  )

  // The server.
  let consoleAddress: string | null = null
  const launch = host.server === 'node' ? launchNode : launchUtility.bind(null, electron)
  const server = createSupervisor({
    ...pace,
    launch: launch(host, options.dataDir),
    log,
    now: host.now,
    probe,
    async sealingKey() {
      const { safeStorage } = electron
      const vaultFile = join(options.userDataDir, 'sealing-key.json')
      const { key, note } = await openSealingKey({
        ...options,
        safeStorage,
        platform: host.platform,
        vaultFile,
      })
      view.change({ keyNote: note })
      return key
    },
    changed(state) {
      if (state.phase === 'running') consoleAddress = state.consoleAddress
      takeState(state, view, notifications)
      window.serverChanged()
      if (state.phase === 'failed') window.open()
    },
    heard: (news) => takeNews(news, view, notifications),
  })

  // The window, and what a person can do.
  const pages = createOwnPages(host.files.pagesDir, () => consoleAddress)
  const mayClose = createClosing({
    ...{ dialog: electron.dialog, settings, hasTray },
    isQuitting: () => quitting.isQuitting(),
    setStartAtLogin: (on) => actions.setStartAtLogin(on),
    quit: () => actions.quit(),
  })
  const window = createMainWindow({ electron, host, settings, server, pages, mayClose })
  const loginItem = createLoginItem({ app, host, dataDir: options.dataDir })
  const actions = createActions({
    ...{ app, window, server, settings, loginItem, log, view },
    ...{ shell: electron.shell, now: host.now },
  })
  handleRequests(electron.ipcMain, actions, pages.isOwn)

  // Where it shows: the menu always, the tray where there is one.
  const tray = hasTray ? createTrayIcon(electron, host, view.current(), actions) : null
  let menu = ''
  const show = () => {
    tray?.show(view.current())
    window.viewChanged(view.current())
    const template = windowTemplate(view.current(), actions, host.platform)
    if (JSON.stringify(template) !== menu) Menu.setApplicationMenu(Menu.buildFromTemplate(template))
    menu = JSON.stringify(template)
  }
  view.subscribe(show)
  show()

  // The system around it.
  followPower(electron.powerMonitor, (message) => server.send(message))
  app.on('activate', () => window.open())
  const updates = await setUpUpdates({
    electron,
    host,
    settings,
    view,
    log,
    dataDir: options.dataDir,
    stop: () => server.stop(),
  })
  const quitting = setUpQuit(app, async () => {
    updates?.stop()
    await server.stop()
    tray?.remove()
    await log.flush()
  })

  server.start()
  const openFor = (link: string | null) => {
    window.open((link === null ? null : pageOf(link)) ?? undefined)
  }
  isReady.resolve(openFor)
  if (!options.isHidden) openFor(options.link)
}

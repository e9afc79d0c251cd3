import type { MenuItemConstructorOptions } from 'electron'
import {
  notificationKinds,
  type NotificationKind,
  type PauseChoice,
  type ShellView,
} from '../ipc/contract.ts'
import { numbersText, stateText } from '../tray/tooltip.ts'

/** What the menus can do. Nothing here fails: each action tells the person itself when it could not be done. */
export interface MenuActions {
  open(): void
  pauseFederation(choice: PauseChoice | null): void
  restartServer(): void
  setStartAtLogin(on: boolean): void
  setNotification(kind: NotificationKind, on: boolean): void
  resetPassword(): void
  showLog(): void
  quit(): void
}

const notificationNames: Readonly<Record<NotificationKind, string>> = {
  'invitation-undeliverable': 'An invitation cannot be delivered',
  'backend-down': 'A directory does not answer',
  'certificate-expiring': 'A certificate runs out',
  away: 'What happened while the machine slept',
  'server-failed': 'The server cannot be kept running',
}

/** The menu of the tray. */
export function trayTemplate(view: ShellView, actions: MenuActions): MenuItemConstructorOptions[] {
  return [
    { label: 'Open Signpost', click: () => actions.open() },
    { type: 'separator' },
    ...stateEntries(view),
    { type: 'separator' },
    ...serverEntries(view, actions),
    { type: 'separator' },
    ...settingEntries(view, actions),
    { type: 'separator' },
    { label: 'Quit Signpost', click: () => actions.quit() },
  ]
}

/** The menu of the window: all that the tray has, since there may be no tray. */
export function windowTemplate(
  view: ShellView,
  actions: MenuActions,
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const quit: MenuItemConstructorOptions = {
    label: 'Quit Signpost',
    accelerator: platform === 'darwin' ? 'Command+Q' : 'Control+Q',
    click: () => actions.quit(),
  }
  return [
    {
      label: 'Signpost',
      submenu: [
        ...stateEntries(view),
        { type: 'separator' },
        ...settingEntries(view, actions),
        { type: 'separator' },
        { role: 'close' },
        quit,
      ],
    },
    { role: 'editMenu' },
    { label: 'Server', submenu: serverEntries(view, actions) },
    {
      label: 'View',
      submenu: [
        { role: 'reload' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
  ]
}

function stateEntries(view: ShellView): MenuItemConstructorOptions[] {
  const lines = [
    stateText(view),
    numbersText(view),
    // The first stands in the line of the state already.
    ...view.attention.slice(1).map(({ text }) => text),
    view.away?.body ?? '',
    view.keyNote ?? '',
    view.update ?? '',
  ]
  return lines.filter((line) => line !== '').map((label) => ({ label, enabled: false }))
}

function serverEntries(view: ShellView, actions: MenuActions): MenuItemConstructorOptions[] {
  const isRunning = view.phase === 'running'
  const pause = (label: string, choice: PauseChoice): MenuItemConstructorOptions => ({
    label,
    click: () => actions.pauseFederation(choice),
  })
  const federation: MenuItemConstructorOptions =
    view.federationPausedUntil === null
      ? {
          label: 'Pause federation',
          enabled: isRunning,
          submenu: [
            pause('For 10 minutes', 'ten-minutes'),
            pause('For 1 hour', 'hour'),
            pause('Until tomorrow', 'tomorrow'),
          ],
        }
      : {
          label: `Resume federation (paused until ${timeText(view.federationPausedUntil)})`,
          enabled: isRunning,
          click: () => actions.pauseFederation(null),
        }
  return [
    federation,
    { label: 'Restart the server', click: () => actions.restartServer() },
    { label: 'Set a new password…', enabled: isRunning, click: () => actions.resetPassword() },
    { label: 'Show the log', click: () => actions.showLog() },
  ]
}

function settingEntries(view: ShellView, actions: MenuActions): MenuItemConstructorOptions[] {
  return [
    {
      label: 'Start at login',
      type: 'checkbox',
      checked: view.startAtLogin,
      click: () => actions.setStartAtLogin(!view.startAtLogin),
    },
    {
      label: 'Notifications',
      submenu: notificationKinds.map((kind) => ({
        label: notificationNames[kind],
        type: 'checkbox',
        checked: !view.silenced.includes(kind),
        click: () => actions.setNotification(kind, view.silenced.includes(kind)),
      })),
    },
  ]
}

function timeText(time: number): string {
  return new Date(time).toLocaleString(undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' })
}

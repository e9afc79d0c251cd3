import type { Tray } from 'electron'
import type { ElectronApi } from '../electron-api.ts'
import type { Host } from '../host.ts'
import type { ShellView } from '../ipc/contract.ts'
import { trayTemplate, type MenuActions } from '../menu/entries.ts'
import { loadIcon } from './icons.ts'
import { tooltipOf } from './tooltip.ts'

/** The icon in the tray: it shows the view, and its menu acts. */
export interface TrayIcon {
  show(view: ShellView): void
  remove(): void
}

/** Windows keeps the place of an icon by this (Electron, `new Tray(image, guid)`). */
const GUID = '6a1bdc8f-3f3c-4d0b-9b5e-5a3d7c1f9e42'

export function createTrayIcon(
  { Tray, Menu, nativeImage }: Pick<ElectronApi, 'Tray' | 'Menu' | 'nativeImage'>,
  { platform, files }: Pick<Host, 'platform' | 'files'>,
  view: ShellView,
  actions: MenuActions,
): TrayIcon {
  const icon = (condition: ShellView['condition']) =>
    loadIcon(nativeImage, files.iconsDir, platform, condition)
  const tray: Tray =
    platform === 'win32' ? new Tray(icon(view.condition), GUID) : new Tray(icon(view.condition))
  let shown: ShellView['condition'] | null = view.condition
  let menu = ''

  function show(next: ShellView): void {
    if (next.condition !== shown) tray.setImage(icon(next.condition))
    shown = next.condition
    tray.setToolTip(tooltipOf(next))
    const template = trayTemplate(next, actions)
    // A menu that is replaced while it is open closes, so that it is left alone when it would be the same.
    const text = JSON.stringify(template)
    if (text !== menu) tray.setContextMenu(Menu.buildFromTemplate(template))
    menu = text
  }

  // macOS opens the menu with a click; elsewhere that is the other button.
  if (platform !== 'darwin') tray.on('click', () => actions.open())
  show(view)
  return { show, remove: () => tray.destroy() }
}

import { join } from 'node:path'
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron'
import type { ShellFiles } from '../host.ts'
import type { WindowState } from '../settings.ts'

const usual = { width: 1200, height: 800 } as const

/** How the window is made. What keeps pages in their place is said in full, whatever Electron's defaults are. */
export function windowOptions(
  files: Pick<ShellFiles, 'preload' | 'iconsDir'>,
  saved: WindowState | null,
  workAreas: readonly Rectangle[],
): BrowserWindowConstructorOptions {
  return {
    ...(saved === null ? usual : placeOn(saved, workAreas)),
    minWidth: 480,
    minHeight: 400,
    show: false,
    title: 'Signpost',
    icon: join(files.iconsDir, 'icon.png'),
    webPreferences: {
      preload: files.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  }
}

/** The former place, when enough of its top is on a screen that is there to take hold of it. */
function placeOn({ x, y, width, height }: WindowState, workAreas: readonly Rectangle[]) {
  const isReachable = workAreas.some((area) => {
    const shown = Math.min(x + width, area.x + area.width) - Math.max(x, area.x)
    return shown >= 100 && y >= area.y && y <= area.y + area.height - 50
  })
  return isReachable ? { x, y, width, height } : { width, height }
}

import type { Session, WebContents } from 'electron'
import { externalUrl } from './external-links.ts'

/** Nothing that a page can ask the system for is granted: camera, position, notifications, clipboard reads, ... */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
}

/** Keeps the window on Signpost's own pages. Links that lead out go to the system's browser, when it may open them. */
export function lockNavigation(
  contents: WebContents,
  isOwnPage: (url: string) => boolean,
  openExternal: (url: string) => void,
): void {
  const leave = (url: string) => {
    const outside = externalUrl(url)
    if (outside !== null) openExternal(outside)
  }
  contents.on('will-frame-navigate', (event) => {
    if (event.isMainFrame && isOwnPage(event.url)) return
    event.preventDefault()
    if (event.isMainFrame) leave(event.url)
  })
  contents.on('will-redirect', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    leave(url)
    return { action: 'deny' }
  })
}

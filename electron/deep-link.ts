import type { App } from 'electron'

/** Pages of the console that a link may open. Anything else in a link is passed over. */
const pages = [
  'map',
  'activity',
  'charts',
  'invitations',
  'associations',
  'backends',
  'federation',
  'notifications',
  'homeserver',
  'tls',
  'policies',
  'security',
  'backups',
  'doctor',
  'settings',
  'changes',
] as const

const SCHEME = 'signpost'

/** The path of the page that `signpost://open/<page>` names; null for any other text. Strangers write such links. */
export function pageOf(link: string): string | null {
  const name = /^signpost:\/\/open\/([a-z]+)\/?$/.exec(link)?.[1]
  const page = pages.find((each) => each === name)
  if (page === undefined) return null
  return page === 'map' ? '/' : `/${page}`
}

/**
 * Makes this program the one that opens `signpost://` links. Only when it is installed: a checkout would leave an
 * entry behind that starts a bare Electron.
 */
export function registerLinks(app: App, open: (link: string) => void): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(SCHEME)
  // macOS tells a running program by this event, and Windows and Linux by a second start.
  app.on('open-url', (event, url) => {
    event.preventDefault()
    open(url)
  })
}

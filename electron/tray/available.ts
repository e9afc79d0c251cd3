import type { Host } from '../host.ts'

/** A desktop that does not answer by then has no tray to speak of. */
const TIMEOUT_MS = 2_000

/**
 * Whether a tray icon would be seen. On Linux Electron makes one whether anything shows it or not; what shows it is the
 * owner of a name on the session bus, which stock GNOME and a session without a bus lack.
 */
export async function isTrayAvailable({ platform, run }: Pick<Host, 'platform' | 'run'>): Promise<boolean> {
  if (platform !== 'linux') return true
  const args = [
    '--session',
    '--print-reply',
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.kde.StatusNotifierWatcher',
  ]
  return await run('dbus-send', args, TIMEOUT_MS).then(
    (answer) => /boolean\s+true/.test(answer),
    () => false,
  )
}

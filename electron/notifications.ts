import type { Notification } from 'electron'
import type { ElectronApi } from './electron-api.ts'
import type { NotificationKind } from './ipc/contract.ts'

export interface Message {
  readonly kind: NotificationKind
  /** The same for the same event: it is told once. */
  readonly key: string
  readonly title: string
  readonly body: string
}

export interface Notifications {
  tell(message: Message): void
}

/** Events whose keys are remembered. */
const REMEMBERED = 200

/** Notifications of the system. A click opens the window. */
export function createNotifications(
  { Notification }: Pick<ElectronApi, 'Notification'>,
  isWanted: (kind: NotificationKind) => boolean,
  open: (kind: NotificationKind) => void,
): Notifications {
  const told = new Set<string>()
  // One that nobody holds is collected, and its click is lost.
  const shown = new Set<Notification>()
  return {
    tell({ kind, key, title, body }) {
      if (told.has(key) || !isWanted(kind) || !Notification.isSupported()) return
      told.add(key)
      if (told.size > REMEMBERED) told.delete([...told][0] ?? '')
      const notification = new Notification({ title, body })
      shown.add(notification)
      notification.on('click', () => open(kind))
      notification.on('close', () => shown.delete(notification))
      notification.show()
    },
  }
}

/*
 * What a page in the window may ask of the shell: the one list from which the channels, the preload script and the type
 * of `window.signpost` follow. Imports nothing, so that the renderer can take its types from here.
 */

export const notificationKinds = [
  'invitation-undeliverable',
  'backend-down',
  'certificate-expiring',
  'away',
  'server-failed',
] as const
export type NotificationKind = (typeof notificationKinds)[number]

export const pauseChoices = ['ten-minutes', 'hour', 'tomorrow'] as const
export type PauseChoice = (typeof pauseChoices)[number]

/** The four states of the tray. */
export type ShellCondition = 'ok' | 'working' | 'attention' | 'stopped'

/** Why the server is not restarted any more. */
export interface CrashReport {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** What happened, as a sentence. */
  readonly what: string
  /** Of an error that an operator can mend; null for anything else. */
  readonly code: string | null
  readonly cause: string
  readonly fix: string
  /** The last lines that the server wrote. */
  readonly lines: readonly string[]
  readonly logFile: string
}

export interface AwaySummary {
  readonly title: string
  readonly body: string
}

/** Everything the shell shows, in its menus and to its pages. */
export interface ShellView {
  readonly version: string
  readonly phase: 'starting' | 'running' | 'restarting' | 'failed' | 'stopped'
  readonly condition: ShellCondition
  readonly publicAddress: string | null
  readonly lookupsToday: number
  readonly pendingInvitations: number
  readonly attention: readonly { readonly code: string; readonly text: string }[]
  /** Milliseconds since the epoch; null when federation is not paused. */
  readonly federationPausedUntil: number | null
  readonly hasTray: boolean
  readonly startAtLogin: boolean
  readonly silenced: readonly NotificationKind[]
  /** Where the key that opens sealed secrets is kept, when that is not the keychain. */
  readonly keyNote: string | null
  /** What happened during the last sleep of the machine. */
  readonly away: AwaySummary | null
  readonly crash: CrashReport | null
  /** A new version that waits, or why one was refused. */
  readonly update: string | null
}

/** What a page can ask for, as if it were called directly. */
export interface ShellRequests {
  view(): ShellView
  setStartAtLogin(on: boolean): void
  setNotification(kind: NotificationKind, on: boolean): void
  /** Null: federation goes on. */
  pauseFederation(choice: PauseChoice | null): void
  restartServer(): void
  showLog(): void
  quit(): void
}

export const channels = {
  view: 'signpost:view',
  setStartAtLogin: 'signpost:set-start-at-login',
  setNotification: 'signpost:set-notification',
  pauseFederation: 'signpost:pause-federation',
  restartServer: 'signpost:restart-server',
  showLog: 'signpost:show-log',
  quit: 'signpost:quit',
} as const satisfies Record<keyof ShellRequests, string>

/** From the shell to its pages: the view has changed. */
export const viewChannel = 'signpost:view-changed'

/** The name under which a page finds all this. */
export const globalName = 'signpost'

type Promised<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never
}

/** `window.signpost`; it is there in the window of the desktop app only. */
export interface SignpostDesktop extends Promised<ShellRequests> {
  /** Calls back with every new view. Answers how to end that. */
  onView(listener: (view: ShellView) => void): () => void
}

/** What a scenario needs of a desktop app, be it on the stand-in or on a real Electron. */
export interface DesktopDriver {
  start(options: StartOptions): Promise<RunningApp>
  close(): Promise<void>
}

export interface StartOptions {
  readonly dataDir: string
  /** Words after the program's name. */
  readonly args?: readonly string[]
  /** Default: true. */
  readonly hasTray?: boolean
}

export interface RunningApp {
  tray(): Promise<TrayLook>
  /** Every state that the icon has shown so far, in order. */
  trayHistory(): Promise<readonly string[]>
  /** Labels from the top of the menu down. */
  chooseInTray(...labels: readonly string[]): Promise<void>
  chooseInMenu(...labels: readonly string[]): Promise<void>
  menuLabels(): Promise<readonly string[]>
  /** URLs of the windows that are open. */
  windows(): Promise<readonly string[]>
  /** Runs a function's text in the page of the only window. */
  inPage<T>(expression: string): Promise<T>
  closeWindow(): Promise<void>
  /** How often a window was brought to the front. */
  focused(): Promise<number>
  /** Questions that wait: their messages and buttons. */
  questions(): Promise<readonly Question[]>
  answer(button: string, isChecked?: boolean): Promise<void>
  notifications(): Promise<readonly { readonly title: string; readonly body: string }[]>
  /** What was handed to the system: links, and files to show. */
  opened(): Promise<readonly string[]>
  power(event: 'suspend' | 'resume'): Promise<void>
  /** A link of the system is clicked while the app runs. */
  clickLink(link: string): Promise<void>
  quit(): Promise<void>
  /** Resolves when the shell's process is gone. */
  readonly ended: Promise<void>
}

export interface TrayLook {
  readonly condition: string
  readonly tooltip: string
}

export interface Question {
  readonly message: string
  readonly detail: string
  readonly buttons: readonly string[]
  readonly checkbox: string
}

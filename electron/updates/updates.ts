import type { AppUpdater } from 'electron-updater'
import { decideUpdate, type SelfCheck } from './decide.ts'

/** The part of electron-updater that is used. */
export type Updater = Pick<
  AppUpdater,
  'autoDownload' | 'autoInstallOnAppQuit' | 'setFeedURL' | 'checkForUpdates' | 'quitAndInstall' | 'on'
>

export interface UpdateOptions {
  readonly updater: Updater
  /** HTTPS URL of the folder with the versions; null: the one that the package was built with. */
  readonly feed: string | null
  readonly selfCheck: (file: string) => Promise<SelfCheck>
  /** What the person sees in the menus. */
  readonly tell: (text: string) => void
  /** Asks the person; true: install now. */
  readonly offer: (text: string) => Promise<boolean>
  /** Stops the server in order. Before anything is installed. */
  readonly prepare: () => Promise<void>
  readonly note: (text: string) => void
  readonly pace?: UpdatePace
}

/** Milliseconds. The start has other things to do first. */
export interface UpdatePace {
  readonly first: number
  readonly every: number
}

const usual: UpdatePace = { first: 60_000, every: 24 * 3_600_000 }

/** Looks for new versions. A version is offered once it has passed its own check; until then the present one serves. */
export function startUpdates(options: UpdateOptions): { stop(): void } {
  const { updater, note } = options
  const { first, every } = options.pace ?? usual
  updater.autoDownload = true
  // Only what was checked and agreed to is installed.
  updater.autoInstallOnAppQuit = false
  if (options.feed !== null) updater.setFeedURL({ provider: 'generic', url: options.feed })
  // The same download is told again with every look.
  const decided = new Set<string>()

  async function downloaded(version: string, file: string): Promise<void> {
    if (decided.has(version)) return
    decided.add(version)
    const decision = decideUpdate(version, await options.selfCheck(file))
    note(decision.text)
    options.tell(decision.text)
    if (decision.action === 'keep' || !(await options.offer(decision.text))) return
    await options.prepare()
    updater.quitAndInstall()
  }

  updater.on('update-downloaded', ({ version, downloadedFile }) => {
    downloaded(version, downloadedFile).catch((error: unknown) => note(`the update failed: ${String(error)}`))
  })
  // Without a listener the emitter would throw.
  updater.on('error', (error) => note(`no update could be had: ${error.message}`))

  let timer = setTimeout(look, first)
  function look(): void {
    // Failures come by the event as well.
    updater.checkForUpdates().catch(() => undefined)
    timer = setTimeout(look, every)
  }
  return { stop: () => clearTimeout(timer) }
}

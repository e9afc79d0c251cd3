import type { ElectronApi } from '../electron-api.ts'
import type { Host } from '../host.ts'
import type { LogFile } from '../server/log-file.ts'
import type { SettingsStore } from '../settings.ts'
import type { ViewStore } from '../view-store.ts'
import { checkVersion } from './self-check.ts'
import { startUpdates } from './updates.ts'

export interface UpdateSetUp {
  readonly electron: Pick<ElectronApi, 'dialog'>
  readonly host: Host
  readonly settings: SettingsStore
  readonly view: ViewStore
  readonly log: LogFile
  readonly dataDir: string
  readonly stop: () => Promise<void>
}

/** Updates, once somebody has configured where they come from; null otherwise. */
export async function setUpUpdates(options: UpdateSetUp): Promise<{ stop(): void } | null> {
  const { host, settings, view, log } = options
  const feed = settings.current().updateFeed
  if (host.loadUpdater === null || (feed === null && !host.hasUpdateFeed)) return null
  return startUpdates({
    updater: await host.loadUpdater(),
    feed,
    selfCheck: (file) => checkVersion(host, file, options.dataDir),
    tell: (update) => view.change({ update }),
    note: log.note,
    prepare: options.stop,
    async offer(text) {
      const { response } = await options.electron.dialog.showMessageBox({
        type: 'info',
        message: text,
        detail: 'The server stops for the time of the installation.',
        buttons: ['Install now', 'Later'],
        defaultId: 1,
        cancelId: 1,
      })
      return response === 0
    },
  })
}

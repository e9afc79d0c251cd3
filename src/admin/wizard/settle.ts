import { importEntries } from '../../backends/list/list.ts'
import type { Config } from '../../config/schema.ts'
import type { RefusedRestart } from '../../refused-restart.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { DraftStore } from './draft-store.ts'
import { readDraftList } from './list.ts'

export interface SettleOptions {
  readonly store: DraftStore
  readonly storage: Storage
  readonly runtime: Runtime
  readonly config: () => Config
  readonly refusedRestart: RefusedRestart | null
  /** Names this process. */
  readonly run: string
}

/**
 * What a start makes of the draft that was applied before it: the server runs with it, so that it is done with; or it
 * was refused, so that it is kept with the reason.
 */
export async function settleDraft(options: SettleOptions): Promise<void> {
  const { store, refusedRestart } = options
  const applied = await store.readApplied()
  if (applied === null || !('run' in applied) || applied.run === options.run) return
  if (refusedRestart === null) {
    await importPeople(options)
    await store.finish()
    return
  }
  const { code, tried, likelyCause, fix } = refusedRestart.error
  await store.writeApplied({ refused: { code, tried, likelyCause, fix } })
}

async function importPeople({ store, storage, runtime, config }: SettleOptions): Promise<void> {
  const list = await store.readList()
  const { backends, matrix } = config()
  const target = backends.find(({ type }) => type === 'list')
  if (list === null || target === undefined) return
  const { entries } = readDraftList(list, matrix.domain)
  await importEntries(storage, runtime, target.id, entries, 'add')
}

import { stringify } from 'yaml'
import { configJsonSchema } from '../../config/json-schema.ts'
import { configFileName, loadConfig, parseConfig } from '../../config/load.ts'
import type { Config } from '../../config/schema.ts'
import type { Sealer } from '../../config/sealing.ts'
import { restoreSecrets } from '../../config/secret-values.ts'
import type { Storage } from '../../storage/storage.ts'
import { schemaAt, valueAt } from '../changes/undo-data.ts'
import { createDraftStore } from '../wizard/draft-store.ts'
import { loadDraft } from '../wizard/preview.ts'

export interface TrialSettingsOptions {
  readonly dataDir: string
  readonly storage: Storage
  readonly sealer: Sealer
}

export interface TrialRequest {
  /** With the wizard's draft on top of the file. */
  readonly draft: boolean
  /** A section that is not saved yet; null: the one of the file, or of the draft. */
  readonly section: unknown
}

type Part = 'email' | 'sms'

/**
 * The configuration as it would be with one section of `notifications` tried before it counts. What else is unfinished in
 * `notifications` of the draft keeps nobody from trying. Throws `ConfigError` with paths from the top of the file.
 */
export async function loadTrial(
  { dataDir, storage, sealer }: TrialSettingsOptions,
  part: Part,
  { draft, section }: TrialRequest,
): Promise<Config> {
  const { notifications: drafted, ...others } = draft
    ? ((await createDraftStore(storage).read())?.settings ?? {})
    : {}
  const { values } = draft ? await loadDraft(dataDir, others) : await loadConfig(dataDir)
  const path = ['notifications', part] as const
  const former = { ...values, ...(drafted === undefined ? {} : { notifications: drafted }) }
  const restored = restoreSecrets(
    section ?? valueAt(former, path),
    valueAt(former, path),
    schemaAt(configJsonSchema(), path, former),
    sealer,
  )
  const tried = { ...values, notifications: restored === undefined ? {} : { [part]: restored } }
  return parseConfig(stringify(tried), configFileName).config
}

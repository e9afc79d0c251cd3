import { join } from 'node:path'
import { editText, type ConfigChange } from '../../config/edit-text.ts'
import { configJsonSchema } from '../../config/json-schema.ts'
import { configFileName, parseConfig, readConfigFile } from '../../config/load.ts'
import { formatPath } from '../../config/problems.ts'
import type { Sealer } from '../../config/sealing.ts'
import { hideSecrets, restoreSecrets } from '../../config/secret-values.ts'
import type { ChangeState } from '../../gateway/safe-change/change-state.ts'
import { inTurns } from '../../gateway/safe-change/in-turns.ts'
import type { SafeChange } from '../../gateway/safe-change/safe-change.ts'
import type { Random } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'
import type { Actor, AuditLog } from './audit.ts'
import { schemaAt, undoOf, valueAt } from './undo-data.ts'

/** What changes of the settings are called in the audit log, besides the names that the routes of the contract have. */
export const settingsOperations = [
  ...(['settings.change', 'settings.undo', 'settings.return'] as const),
  ...(['backends.add', 'backends.change', 'backends.remove', 'backends.order'] as const),
  ...(['integrations.password-secret', 'integrations.tokens'] as const),
  ...(['integrations.add-client', 'integrations.client-secret', 'integrations.remove-client'] as const),
] as const

export type SettingsOperation = (typeof settingsOperations)[number]

export interface SettingsRequest {
  /** For the list of changes: a sentence, or the key of a text of the console. */
  readonly summary: string
  /**
   * As they would stand in the file. A secret in plain text is sealed; `{set: true}` in the place of one leaves it as it
   * is; `undefined` takes a key back to its default.
   */
  readonly changes: readonly ConfigChange[]
  /** In the audit log; default `settings.change`. */
  readonly operation?: SettingsOperation
  readonly target?: string
}

export interface SettingsResult {
  /** `trying`: an address by which people get here; it goes back unless it is confirmed (`POST /api/changes/trial/confirm`). */
  readonly state: 'kept' | 'trying'
  readonly changeId: number
  /** Keys that count only after a restart, of this change and of former ones. */
  readonly restartNeeded: readonly string[]
  readonly confirmAt?: ChangeState['confirmAt']
  /** Until when it has to be confirmed, milliseconds since the epoch. */
  readonly expiresAt?: number
  /** Confirms the change; handed out here alone. */
  readonly token?: string
}

/**
 * The one way in which the console changes `signpost.yaml`: checked whole, tried where it could lock somebody out, noted
 * in the audit log without its secrets, and so that it can be undone. Calls take turns. Throws `AdminError`
 * (`config-invalid`), `ConfigError` and `OperatorError`; nothing has changed then.
 */
export type ChangeSettings = (caller: Actor | null, request: SettingsRequest) => Promise<SettingsResult>

export interface SettingsOptions {
  readonly dataDir: string
  readonly safeChange: () => Pick<SafeChange, 'begin'>
  readonly sealer: Sealer
  readonly random: Random
  readonly audit: Pick<AuditLog, 'record'>
}

export function createChangeSettings(options: SettingsOptions): ChangeSettings {
  const turn = inTurns()
  return (caller, request) => turn(() => changeSettings(options, caller, request))
}

async function changeSettings(
  { dataDir, safeChange, sealer, random, audit }: SettingsOptions,
  caller: Actor | null,
  { summary, changes, operation = 'settings.change', target }: SettingsRequest,
): Promise<SettingsResult> {
  const schema = configJsonSchema()
  const text = (await readConfigFile(join(dataDir, configFileName))) ?? ''
  const { values: former } = parseConfig(text, configFileName)
  const sealed = changes.map(({ path, value }): ConfigChange => {
    return {
      path,
      value: restoreSecrets(value, valueAt(former, path), schemaAt(schema, path, former), sealer),
    }
  })
  const { values: after } = parseConfig(sealed.reduce(editText, text), configFileName)
  const id = random.bytes(9).toString('base64url')
  const begun = await safeChange().begin(sealed, { id })
  if (begun.state === 'refused') throw new AdminError('config-invalid', { problems: begun.problems })
  const shown = (values: unknown) =>
    Object.fromEntries(
      sealed.map(({ path }) => {
        return [formatPath(path), hideSecrets(valueAt(values, path), schemaAt(schema, path, values)) ?? null]
      }),
    )
  const isTried = begun.state === 'trying'
  const changeId = await audit.record(caller, {
    operation,
    target: target ?? sealed.map(({ path }) => formatPath(path)).join(', '),
    summary,
    before: shown(former),
    after: shown(after),
    undo: undoOf(former, after, sealed, sealer),
    trialId: isTried ? id : undefined,
  })
  const { restartNeeded, confirmAt, expiresAt, token } = begun
  if (!isTried) return { state: 'kept', changeId, restartNeeded }
  return {
    ...{ state: 'trying', changeId, restartNeeded, confirmAt },
    ...(expiresAt === null ? {} : { expiresAt }),
    ...(token === null ? {} : { token }),
  }
}

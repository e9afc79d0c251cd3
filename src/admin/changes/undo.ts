import { isDeepStrictEqual } from 'node:util'
import type { ConfigChange } from '../../config/edit-text.ts'
import { configJsonSchema } from '../../config/json-schema.ts'
import { loadConfig } from '../../config/load.ts'
import { formatPath } from '../../config/problems.ts'
import { UnsealError, type Sealer } from '../../config/sealing.ts'
import { hideSecrets } from '../../config/secret-values.ts'
import { inTurns } from '../../gateway/safe-change/in-turns.ts'
import { AdminError } from '../api/errors.ts'
import type { Actor, AuditLog } from './audit.ts'
import type { Change } from './change.ts'
import type { ChangeSettings, SettingsOperation, SettingsResult } from './settings.ts'
import { isAsLeft, openUndo, schemaAt, valueAt, type UndoStep } from './undo-data.ts'

export interface UndoOptions {
  readonly dataDir: string
  readonly sealer: Sealer
  readonly audit: Pick<AuditLog, 'byId' | 'settingsAfter' | 'markUndone'>
  readonly changeSettings: ChangeSettings
}

/** A key as it is and as it would be, without secrets. */
export interface Difference {
  readonly path: string
  readonly now: unknown
  readonly after: unknown
}

export interface Undone {
  readonly differences: Difference[]
  /** Null for a preview, and where nothing differs. */
  readonly result: SettingsResult | null
}

/** Takes changes of the settings back, to what stood in the file, secrets included (sealed, however they stood there). Throws `AdminError`. */
export interface Undo {
  /** `conflict` when the file no longer says what the change made of it. */
  one(caller: Actor, id: number, preview: boolean): Promise<Undone>
  /** Everything after a moment, whatever happened in between. */
  returnTo(caller: Actor, at: number, preview: boolean): Promise<Undone>
}

export function createUndo({ dataDir, sealer, audit, changeSettings }: UndoOptions): Undo {
  async function takeBack(
    caller: Actor,
    changes: readonly Change[],
    steps: readonly UndoStep[],
    preview: boolean,
    what: { readonly operation: SettingsOperation; readonly summary: string; readonly target: string },
  ): Promise<Undone> {
    const { values } = await loadConfig(dataDir)
    const schema = configJsonSchema()
    const needed = steps.filter(({ path, before }) => !isDeepStrictEqual(valueAt(values, path), before))
    const hide = (path: UndoStep['path'], value: unknown) =>
      hideSecrets(value, schemaAt(schema, path, values)) ?? null
    const differences = needed.map(({ path, before }): Difference => {
      return { path: formatPath(path), now: hide(path, valueAt(values, path)), after: hide(path, before) }
    })
    if (preview || needed.length === 0) return { differences, result: null }
    const back = needed.map(({ path, before }): ConfigChange => ({ path, value: before }))
    const result = await changeSettings(caller, { ...what, changes: back })
    await audit.markUndone(
      changes.map(({ id }) => id),
      result.changeId,
    )
    return { differences, result }
  }

  const undo: Undo = {
    async one(caller, id, preview) {
      const change = await audit.byId(id)
      if (change === null) throw new AdminError('not-found')
      const steps = change.state === 'kept' ? stepsOf(change, sealer) : null
      if (steps === null) {
        throw new AdminError('not-possible', { message: 'This change cannot be undone.' })
      }
      if (!isAsLeft((await loadConfig(dataDir)).values, steps)) {
        throw new AdminError('conflict', {
          message: 'The same keys were changed again since.',
          fix: 'Undo the later change first, or go back to a moment before both.',
        })
      }
      const what = { operation: 'settings.undo', summary: change.summary ?? '', target: String(id) } as const
      return await takeBack(caller, [change], steps, preview, what)
    },

    async returnTo(caller, at, preview) {
      const changes = await audit.settingsAfter(at)
      // The latest first, so that of several changes of one key the oldest has the last word.
      const steps = new Map<string, UndoStep>()
      for (const change of changes) {
        for (const step of stepsOf(change, sealer) ?? []) steps.set(JSON.stringify(step.path), step)
      }
      const moment = new Date(at).toISOString()
      const what = { operation: 'settings.return', summary: moment, target: moment } as const
      return await takeBack(caller, changes, [...steps.values()], preview, what)
    },
  }
  // Of two who undo the same change, the second sees what the first has done.
  const turn = inTurns()
  return {
    one: (...asked) => turn(() => undo.one(...asked)),
    returnTo: (...asked) => turn(() => undo.returnTo(...asked)),
  }
}

function stepsOf({ undo }: Change, sealer: Sealer): readonly UndoStep[] | null {
  try {
    return openUndo(undo, sealer)
  } catch (cause) {
    if (!(cause instanceof UnsealError)) throw cause
    throw new AdminError('not-possible', {
      message: 'The former values were sealed with another key.',
      fix: 'Put sealing.key back from a backup, or set the values by hand.',
    })
  }
}

import { join } from 'node:path'
import type { ConfigHolder } from '../../config/apply.ts'
import { describeConfig } from '../../config/describe.ts'
import { withDefaults } from '../../config/effective.ts'
import { configJsonSchema } from '../../config/json-schema.ts'
import { configFileName, loadConfig, parseConfig } from '../../config/load.ts'
import { ConfigError } from '../../config/problems.ts'
import { previewText } from '../../config/save.ts'
import { hideSecrets, restoreSecrets } from '../../config/secret-values.ts'
import type { Sealer } from '../../config/sealing.ts'
import type { RefusedRestart } from '../../refused-restart.ts'
import type { Handlers } from '../api/serve.ts'
import type { ChangeSettings } from '../changes/settings.ts'
import { schemaAt, valueAt } from '../changes/undo-data.ts'
import type { settingsContract } from './contract.ts'

export interface SettingsAreaOptions {
  readonly dataDir: string
  readonly holder: ConfigHolder
  readonly sealer: Sealer
  readonly changeSettings: ChangeSettings
  readonly requestRestart: (() => void) | null
  readonly refusedRestart: RefusedRestart | null
}

type Values = Readonly<Record<string, unknown>>

export function createSettingsHandlers(options: SettingsAreaOptions): Handlers<typeof settingsContract> {
  const { dataDir, holder, sealer, changeSettings, requestRestart, refusedRestart } = options
  const schema = configJsonSchema()
  const keys = describeConfig(schema)
  const hide = (values: unknown) => hideSecrets(values, schema) as Values

  return {
    async 'GET /api/settings'() {
      const { values, path } = await loadConfig(dataDir)
      return {
        keys,
        file: hide(values),
        all: hide(withDefaults(values, schema)),
        place: path,
        restartNeeded: holder.restartNeeded(),
        canRestart: requestRestart !== null,
        refused: refusedRestart === null ? null : describeRefusal(refusedRestart),
      }
    },

    async 'POST /api/settings/check'({ body }) {
      const { values } = await loadConfig(dataDir)
      const changes = body.changes.map(({ path, value }) => ({
        path,
        value: restoreSecrets(value, valueAt(values, path), schemaAt(schema, path, values), sealer),
      }))
      const { after } = await previewText({ dataDir, changes })
      return { problems: problemsOf(after, join(dataDir, configFileName)) }
    },

    async 'PUT /api/settings'({ body: { summary, changes } }, { caller }) {
      return await changeSettings(caller, {
        summary,
        changes: changes.map(({ path, value }) => ({ path, value })),
      })
    },
  }
}

function problemsOf(text: string, fileName: string) {
  try {
    parseConfig(text, fileName)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map(({ path, message, fix }) => ({ path, message, fix }))
  }
}

function describeRefusal({ error: { code, tried, likelyCause, fix }, at, keptAs }: RefusedRestart) {
  return { code, tried, likelyCause, fix, at, keptAs }
}

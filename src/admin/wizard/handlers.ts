import { configJsonSchema } from '../../config/json-schema.ts'
import { configFileName, loadConfig } from '../../config/load.ts'
import { ConfigError } from '../../config/problems.ts'
import { saveConfig } from '../../config/save.ts'
import type { Config } from '../../config/schema.ts'
import type { Sealer } from '../../config/sealing.ts'
import type { SecretReader } from '../../config/secrets.ts'
import { hideSecrets, restoreSecrets } from '../../config/secret-values.ts'
import { runDoctor } from '../../doctor/run-doctor.ts'
import { openDoctorWorld } from '../../doctor/open-world.ts'
import { parseServerName } from '../../matrix/identifiers.ts'
import type { RefusedRestart } from '../../refused-restart.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import { AdminError } from '../api/errors.ts'
import { shownFinding } from '../doctor/shown-finding.ts'
import type { Handlers } from '../api/serve.ts'
import { restartAfter } from '../restart/restart-after.ts'
import type { wizardContract } from './contract.ts'
import { discoverDomain } from './discover.ts'
import { createDraftStore, type Applied, type Draft } from './draft-store.ts'
import { csvTextOf } from '../list/read-file.ts'
import { previewList } from './list.ts'
import { drafted, loadDraft, previewDraft } from './preview.ts'
import { settleDraft } from './settle.ts'
import { tryPort } from '../gateway/try-port.ts'

export interface WizardOptions {
  readonly dataDir: string
  readonly runtime: Runtime
  readonly env: Readonly<Record<string, string | undefined>>
  readonly storage: Storage
  readonly sealer: Sealer
  readonly secrets: SecretReader
  readonly config: () => Config
  /** Null where nobody can start this process anew. */
  readonly requestRestart: (() => void) | null
  /** The configuration with which the last restart failed. */
  readonly refusedRestart: RefusedRestart | null
}

export interface Wizard {
  readonly handlers: Handlers<typeof wizardContract>
  /** The configuration as it would be with the draft. Throws `ConfigError`. */
  readonly draftConfig: () => Promise<Config>
  /**
   * Brings a draft that was applied before this start to its end. To be called once the server listens: a start that
   * fails must not use it up. Never rejects.
   */
  readonly settle: () => Promise<void>
}

export function createWizard(options: WizardOptions): Wizard {
  const { dataDir, runtime, env, storage, sealer, secrets } = options
  const store = createDraftStore(storage)
  const run = runtime.random.bytes(9).toString('base64url')
  let settled: Promise<void> | null = null
  const settle = () =>
    (settled ??= settleDraft({ ...options, store, run }).catch((error: unknown) =>
      runtime.log.error({ err: error }, 'the draft of the wizard could not be brought to its end'),
    ))
  const schema = configJsonSchema()

  const shown = ({ settings, ...draft }: Draft): Draft => ({ ...draft, settings: hide(settings) })
  const hide = (settings: unknown) => hideSecrets(settings, schema) as Draft['settings']
  const needDraft = async () => {
    const draft = await store.read()
    if (draft === null) throw new AdminError('not-found', { message: 'There is no draft of the wizard.' })
    return draft
  }
  const draftSettings = async () => (await store.read())?.settings ?? {}
  const worldOf = (settings: Draft['settings']) =>
    openDoctorWorld({ dataDir, runtime, env, secrets, load: () => loadDraft(dataDir, settings) })

  const handlers: Wizard['handlers'] = {
    async 'GET /api/wizard'() {
      await settle()
      const draft = await store.read()
      const { values } = await loadConfig(dataDir)
      return {
        draft: draft === null ? null : shown(draft),
        current: hide(values),
        finished: await store.isFinished(),
        applied: describeApplied(await store.readApplied()),
      }
    },

    async 'PUT /api/wizard/draft'({ body }) {
      const { values } = await loadConfig(dataDir)
      // What was typed into the draft before counts more than what the file has.
      const former = { ...values, ...(await store.read())?.settings }
      const settings = restoreSecrets(body.settings, former, schema, sealer) as Draft['settings']
      await store.write({ ...body, settings })
      return { draft: shown({ ...body, settings }) }
    },

    async 'DELETE /api/wizard/draft'() {
      await store.remove()
      return {}
    },

    async 'POST /api/wizard/discover'({ body: { domain, homeserverUrl } }) {
      if (parseServerName(domain) === null) {
        throw new AdminError('invalid', {
          problems: [
            {
              path: 'domain',
              message: `"${domain}" cannot be a Matrix domain.`,
              fix: 'Write the part of your Matrix IDs behind the colon, such as example.org.',
            },
          ],
        })
      }
      const world = worldOf(await draftSettings())
      try {
        return await discoverDomain(await world.network.need(), domain, homeserverUrl ?? null)
      } finally {
        await world.close()
      }
    },

    async 'GET /api/wizard/list'() {
      const list = await store.readList()
      return { list: list === null ? null : previewList(list, await draftDomain()) }
    },

    async 'PUT /api/wizard/list'({ body: { name, base64 } }) {
      const list = { name, text: csvTextOf(Buffer.from(base64, 'base64')) }
      await store.writeList(list)
      return { list: previewList(list, await draftDomain()) }
    },

    async 'DELETE /api/wizard/list'() {
      await store.writeList(null)
      return {}
    },

    async 'POST /api/wizard/port'({ body }) {
      return await tryPort(body, options.config().server.listen)
    },

    async 'POST /api/wizard/check'({ body }) {
      const world = worldOf(await draftSettings())
      try {
        const findings = []
        for await (const finding of runDoctor(world, { areas: body.areas }))
          findings.push(shownFinding(finding))
        return { findings }
      } finally {
        await world.close()
      }
    },

    async 'GET /api/wizard/preview'() {
      return await previewDraft(dataDir, (await needDraft()).settings)
    },

    async 'POST /api/wizard/apply'(_input, { note, reply }) {
      const { settings } = await needDraft()
      const preview = await previewDraft(dataDir, settings)
      if (preview.problems.length > 0) throw new ConfigError(configFileName, preview.problems)
      const { changes } = await drafted(dataDir, settings)
      await saveConfig({ dataDir, changes, clock: runtime.clock })
      await store.writeApplied({ run })
      note({ target: configFileName, after: preview.changes })
      return { restarting: restartAfter(reply, options.requestRestart) }
    },
  }

  /** A domain that is no domain yet is told where it stands. */
  async function draftDomain(): Promise<string> {
    const matrix = (await store.read())?.settings['matrix']
    const domain = typeof matrix === 'object' && matrix !== null && 'domain' in matrix ? matrix.domain : null
    return typeof domain === 'string' && parseServerName(domain) !== null
      ? domain
      : options.config().matrix.domain
  }

  return {
    handlers,
    settle,
    draftConfig: async () => (await loadDraft(dataDir, await draftSettings())).config,
  }
}

function describeApplied(applied: Applied | null) {
  if (applied === null) return { state: 'no', refused: null } as const
  if ('run' in applied) return { state: 'waiting', refused: null } as const
  return { state: 'refused', refused: applied.refused } as const
}

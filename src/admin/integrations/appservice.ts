import { newToken } from '../../accounts/tokens.ts'
import { botCommands } from '../../appservice/bot/commands.ts'
import { registrationFile } from '../../appservice/registration.ts'
import { botId, expireTo } from '../../appservice/users.ts'
import type { Config } from '../../config/schema.ts'
import type { SecretReader } from '../../config/secrets.ts'
import { factsOf } from '../../gateway/snippets/homeservers/facts.ts'
import type { Runtime } from '../../runtime.ts'
import type { Storage } from '../../storage/storage.ts'
import type { Handlers } from '../api/serve.ts'
import type { ChangeSettings } from '../changes/settings.ts'
import type { integrationsContract } from './contract.ts'

export interface AppserviceAreaOptions {
  readonly runtime: Pick<Runtime, 'random'>
  readonly storage: Pick<Storage, 'db'>
  readonly config: () => Config
  readonly secrets: SecretReader
  readonly changeSettings: ChangeSettings
}

type Contract = typeof integrationsContract

const tokenNames = ['asToken', 'hsToken'] as const

const urlOf = (config: Config) => config.appservice.url ?? factsOf(config).directUrl

export function createAppserviceHandlers(
  options: AppserviceAreaOptions,
): Pick<
  Handlers<Contract>,
  'GET /api/integrations/appservice' | 'POST /api/integrations/appservice/registration'
> {
  const { runtime, storage, config, secrets, changeSettings } = options

  async function lastHeardAt(): Promise<number | null> {
    const { at } = await storage.db
      .selectFrom('appservice_transactions')
      .select((eb) => eb.fn.max('received_at').as('at'))
      .executeTakeFirstOrThrow()
    return at === null ? null : Number(at)
  }

  return {
    async 'GET /api/integrations/appservice'() {
      const current = config()
      const { asToken, hsToken, bot } = current.appservice
      return {
        botId: botId(current),
        rejectsAs: expireTo(current),
        url: urlOf(current),
        hasTokens: asToken !== null && hsToken !== null,
        adminRoom: bot.adminRoom,
        lastHeardAt: await lastHeardAt(),
        commands: botCommands.map(({ usage, about }) => ({ usage, about })),
      }
    },

    async 'POST /api/integrations/appservice/registration'({ body: { newTokens } }, { caller, note }) {
      const { appservice } = config()
      const made = tokenNames
        .filter((name) => newTokens || appservice[name] === null)
        .map((name) => ({ path: ['appservice', name], value: newToken(runtime) }))
      if (made.length > 0) {
        await changeSettings(caller, { summary: '', operation: 'integrations.tokens', changes: made })
      }
      const current = config()
      const tokenOf = async (name: (typeof tokenNames)[number]) => {
        const source = current.appservice[name]
        if (source === null) throw new Error(`${name} was just written`)
        return await secrets.read(source, `appservice.${name}`)
      }
      const tokens = { asToken: await tokenOf('asToken'), hsToken: await tokenOf('hsToken') }
      note({ target: current.appservice.id })
      const text = registrationFile({ config: current, url: urlOf(current), ...tokens })
      return { fileName: 'signpost-appservice.yaml', text }
    },
  }
}

import type { Config } from '../config/schema.ts'
import { MatrixError } from '../matrix/errors.ts'
import type { Random } from '../runtime.ts'
import { HomeserverRefusal, type AppserviceHomeserver } from './homeserver.ts'
import { botId } from './users.ts'

/** Whether homeserver and Signpost know each other as the registration says. */
export type AppserviceCheck =
  | { readonly result: 'fine'; readonly durationMs: number }
  /** Codes of the doctor. */
  | {
      readonly result:
        | 'appservice-without-tokens'
        | 'appservice-not-registered'
        | 'appservice-other-user'
        | 'appservice-not-reached'
        | 'appservice-refused'
        | 'appservice-without-homeserver'
      readonly detail: string
    }

export interface AppserviceCheckOptions {
  readonly config: Config
  readonly homeserver: AppserviceHomeserver
  readonly random: Random
}

/** Asks the homeserver who we are, and has it ask us: the whole way, there and back. */
export async function checkAppservice(options: AppserviceCheckOptions): Promise<AppserviceCheck> {
  const { config, homeserver, random } = options
  const { id, asToken, hsToken } = config.appservice
  if (asToken === null || hsToken === null) {
    return {
      result: 'appservice-without-tokens',
      detail: 'There is no token for the homeserver, or none of it.',
    }
  }
  try {
    const userId = await homeserver.whoami()
    if (userId !== botId(config)) {
      const detail = `The homeserver knows the token as that of ${userId}, not of ${botId(config)}.`
      return { result: 'appservice-other-user', detail }
    }
    return { result: 'fine', durationMs: await homeserver.ping(id, random.bytes(12).toString('base64url')) }
  } catch (error) {
    if (error instanceof MatrixError) {
      return { result: 'appservice-without-homeserver', detail: error.message }
    }
    if (!(error instanceof HomeserverRefusal)) throw error
    return refused(error)
  }
}

function refused({ errcode, status, message }: HomeserverRefusal): AppserviceCheck {
  if (status === 401) return { result: 'appservice-not-registered', detail: message }
  // The homeserver has asked, and got no answer or a refusal (Application Service API, "Pinging").
  if (errcode === 'M_BAD_STATUS') return { result: 'appservice-refused', detail: message }
  if (['M_CONNECTION_FAILED', 'M_CONNECTION_TIMEOUT', 'M_URL_NOT_SET'].includes(errcode)) {
    return { result: 'appservice-not-reached', detail: message }
  }
  return { result: 'appservice-not-registered', detail: message }
}

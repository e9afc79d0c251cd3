import type { Config } from '../config/schema.ts'

/** The users of the homeserver that are Signpost's own. */
export const botId = ({ appservice, matrix }: Config) => `@${appservice.senderLocalpart}:${matrix.domain}`

export const expiredId = ({ appservice, matrix }: Config) =>
  `@${appservice.rejectExpired.localpart}:${matrix.domain}`

export const isOwnUser = (config: Config, mxid: string) =>
  mxid === botId(config) || mxid === expiredId(config)

/** Whom invitations go to whose time is over: see `invitations/expire.ts`. Null: nobody. */
export function expireTo(config: Config): string | null {
  const { enabled, rejectExpired } = config.appservice
  return config.invitations.expireTo ?? (enabled && rejectExpired.enabled ? expiredId(config) : null)
}

import { stringify } from 'yaml'
import type { Config } from '../config/schema.ts'

export interface RegistrationOptions {
  readonly config: Config
  /** Base URL of Signpost for the homeserver. */
  readonly url: string
  readonly asToken: string
  readonly hsToken: string
}

/** The registration as homeservers read it (Application Service API, "Registration"). Holds both tokens. */
export function registrationFile({ config, url, asToken, hsToken }: RegistrationOptions): string {
  const { id, senderLocalpart } = config.appservice
  return stringify({
    id,
    url,
    as_token: asToken,
    hs_token: hsToken,
    sender_localpart: senderLocalpart,
    rate_limited: false,
    namespaces: { users: userNamespaces(config), aliases: [], rooms: [] },
  })
}

/** Regular expressions over whole Matrix IDs. What is exclusive nobody else can register. */
function userNamespaces({ appservice, matrix }: Config) {
  const domain = escaped(matrix.domain)
  const { rejectExpired, invited } = appservice
  return [
    ...(rejectExpired.enabled
      ? [{ exclusive: true, regex: `@${escaped(rejectExpired.localpart)}:${domain}` }]
      : []),
    // Whoever is invited may be anybody.
    ...(invited.enabled ? [{ exclusive: false, regex: `@.*:${domain}` }] : []),
  ]
}

const escaped = (text: string) => text.replaceAll(/[^\w=-]/g, String.raw`\$&`)

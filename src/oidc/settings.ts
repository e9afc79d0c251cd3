import type { Config } from '../config/schema.ts'
import type { SecretReader } from '../config/secrets.ts'
import { publicUrl } from '../public-url.ts'
import { oidcPath } from './path.ts'

export interface OidcClient {
  readonly id: string
  readonly name: string | null
  readonly secret: string
  readonly secretBy: 'basic' | 'post'
  readonly redirectUris: readonly string[]
  readonly signOutUris: readonly string[]
}

/** What the provider is built from, with the secrets read. */
export interface OidcSettings {
  readonly issuer: string
  readonly clients: readonly OidcClient[]
  readonly sessionLifetimeMs: number
}

/** @throws OperatorError when a secret cannot be read. */
export async function readOidcSettings(config: Config, secrets: SecretReader): Promise<OidcSettings> {
  const { clients, sessionLifetime } = config.authentication.oidc
  return {
    issuer: `${publicUrl(config)}${oidcPath}`,
    sessionLifetimeMs: sessionLifetime,
    clients: await Promise.all(
      clients.map(async (client, index) => {
        const secret = await secrets.read(client.secret, `authentication.oidc.clients[${index}].secret`)
        return { ...client, secret }
      }),
    ),
  }
}

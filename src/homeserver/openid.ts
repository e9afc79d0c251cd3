import type { FederationClient } from './federation-client.ts'

export interface OpenId {
  /** The Matrix ID that `serverName` vouches for with this OpenID access token. Throws MatrixError. */
  userInfo(serverName: string, accessToken: string): Promise<string>
}

export function createOpenId(options: { readonly federation: FederationClient }): OpenId {
  throw new Error(`not written ${typeof options.federation}`)
}

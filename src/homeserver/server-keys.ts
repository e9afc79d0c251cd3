import type { Clock } from '../runtime.ts'
import type { FederationClient } from './federation-client.ts'

export interface ServerKeys {
  /**
   * The public key (unpadded base64) that `serverName` publishes under `keyId` for signing requests, or null when
   * it publishes no such key. Throws HttpFailure when the server cannot be asked.
   */
  key(serverName: string, keyId: string): Promise<string | null>
}

export interface ServerKeysOptions {
  readonly federation: FederationClient
  readonly clock: Clock
}

export function createServerKeys(options: ServerKeysOptions): ServerKeys {
  throw new Error(`not written ${options.clock.now()}`)
}

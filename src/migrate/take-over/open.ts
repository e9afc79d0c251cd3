import type { Config } from '../../config/schema.ts'
import type { SecretReader } from '../../config/secrets.ts'
import type { HttpClient } from '../../net/http-client.ts'
import type { Runtime } from '../../runtime.ts'
import { startLookupMirror, type LookupMirror } from './mirror.ts'
import { createOldServer, type OldServer } from './old-server.ts'

/** The old server that `migration.compareWith` names; null when it names none. Throws `OperatorError` for its secret. */
export async function openOldServer(
  { migration }: Config,
  http: Pick<HttpClient, 'request'>,
  secrets: SecretReader,
): Promise<{ readonly old: OldServer; readonly server: string } | null> {
  const { compareWith, accessToken } = migration
  if (compareWith === null) return null
  const token = accessToken === null ? null : await secrets.read(accessToken, 'migration.accessToken')
  return { old: createOldServer(http, compareWith, token), server: compareWith }
}

export interface OpenMirror {
  readonly config: Config
  readonly dataDir: string
  readonly runtime: Runtime
  readonly secrets: SecretReader
  readonly http: Pick<HttpClient, 'request'>
}

/** Mirrors lookups to the old server; null when the configuration names none. Throws `OperatorError` for its secret. */
export async function openMirror(options: OpenMirror): Promise<LookupMirror | null> {
  const opened = await openOldServer(options.config, options.http, options.secrets)
  if (opened === null) return null
  return startLookupMirror({ ...options, ...opened, perMinute: options.config.migration.perMinute })
}

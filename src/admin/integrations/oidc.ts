import { newToken } from '../../accounts/tokens.ts'
import { loadConfig } from '../../config/load.ts'
import type { ConfigChange } from '../../config/edit-text.ts'
import type { Config } from '../../config/schema.ts'
import { masProviderOf } from '../../gateway/snippets/homeservers/mas.ts'
import { oidcKeyFile, readOidcKeyFile } from '../../oidc/key-file.ts'
import { planKeys } from '../../oidc/keys.ts'
import { oidcPath } from '../../oidc/path.ts'
import { publicUrl } from '../../public-url.ts'
import type { Clock, Runtime } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'
import type { Caller, Handlers } from '../api/serve.ts'
import type { ChangeSettings } from '../changes/settings.ts'
import type { oidcContract } from './oidc-contract.ts'

export interface OidcAreaOptions {
  readonly dataDir: string
  readonly runtime: Pick<Runtime, 'clock' | 'random'>
  readonly config: () => Config
  readonly changeSettings: ChangeSettings
}

const clientsPath = ['authentication', 'oidc', 'clients'] as const

export function createOidcHandlers(options: OidcAreaOptions): Handlers<typeof oidcContract> {
  const { dataDir, config, changeSettings } = options
  const { clock } = options.runtime

  const write = (
    caller: Caller,
    what: 'add-client' | 'client-secret' | 'remove-client',
    target: string,
    changes: readonly ConfigChange[],
  ) => changeSettings(caller, { summary: '', operation: `integrations.${what}`, target, changes })

  /** Where a client stands in the file. @throws AdminError `not-found` */
  async function placeOf(id: string): Promise<number> {
    const { config: written } = await loadConfig(dataDir)
    const place = written.authentication.oidc.clients.findIndex((client) => client.id === id)
    if (place < 0) throw new AdminError('not-found')
    return place
  }

  return {
    async 'GET /api/integrations/oidc'() {
      const current = config()
      const { clients, rotateKeysEvery } = current.authentication.oidc
      return {
        issuer: `${publicUrl(current)}${oidcPath}`,
        masProvider: masProviderOf(publicUrl(current)),
        clients: clients.map(({ id, name, secretBy, redirectUris }) => ({
          id,
          name,
          secretBy,
          redirectUris,
        })),
        keys: await describeKeys(oidcKeyFile(dataDir), clock, rotateKeysEvery),
        rotateEvery: rotateKeysEvery,
      }
    },

    async 'POST /api/integrations/oidc/clients'({ body: { enable, name, ...given } }, { caller }) {
      const { config: written } = await loadConfig(dataDir)
      const { length } = written.authentication.oidc.clients
      const secret = newToken(options.runtime)
      const client = { ...given, ...(name === null ? {} : { name }), secret }
      const added: ConfigChange =
        length === 0
          ? { path: clientsPath, value: [client] }
          : { path: [...clientsPath, length], value: client }
      const switched: ConfigChange = { path: ['authentication', 'oidc', 'enabled'], value: true }
      await write(caller, 'add-client', given.id, enable ? [added, switched] : [added])
      return { id: given.id, secret }
    },

    async 'POST /api/integrations/oidc/clients/{id}/secret'({ params: { id } }, { caller }) {
      const secret = newToken(options.runtime)
      const path = [...clientsPath, await placeOf(id), 'secret']
      await write(caller, 'client-secret', id, [{ path, value: secret }])
      return { id, secret }
    },

    async 'DELETE /api/integrations/oidc/clients/{id}'({ params: { id } }, { caller }) {
      const path = [...clientsPath, await placeOf(id)]
      await write(caller, 'remove-client', id, [{ path, value: undefined }])
      return {}
    },
  }
}

async function describeKeys(file: string, clock: Clock, rotateEveryMs: number) {
  const keys = (await readOidcKeyFile(file))?.keys ?? []
  if (keys.length === 0) return []
  const { signing } = planKeys(keys, clock.now(), rotateEveryMs)
  return keys.map((key) => ({ id: key.jwk.kid, createdAt: key.createdAt, state: stateOf(key, signing) }))
}

type Dated = { readonly createdAt: number }

function stateOf(key: Dated, signing: Dated): 'signs' | 'former' | 'next' {
  if (key === signing) return 'signs'
  return key.createdAt < signing.createdAt ? 'former' : 'next'
}

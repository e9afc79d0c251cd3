import type { Backend } from './backend.ts'
import type { BackendContext, CreateBackend } from './kind.ts'
import type { BackendConfig, BackendType } from './sections.ts'

type Loaders = {
  readonly [T in BackendType]: () => Promise<CreateBackend<Extract<BackendConfig, { type: T }>>>
}

/** Every kind, loaded when a configuration names it: nobody pays for the clients of directories they do not have. */
const loaders: Loaders = {
  list: async () => (await import('./list/backend.ts')).createListBackend,
  ldap: async () => (await import('./ldap/ldap.ts')).createLdapBackend,
  sql: async () => (await import('./sql/sql.ts')).createSqlBackend,
  synapse: async () => (await import('./synapse/synapse.ts')).createSynapseBackend,
  rest: async () => (await import('./rest/rest.ts')).createRestBackend,
  exec: async () => (await import('./exec/exec.ts')).createExecBackend,
  wordpress: async () => (await import('./wordpress/wordpress.ts')).createWordpressBackend,
  firebase: async () => (await import('./firebase/firebase.ts')).createFirebaseBackend,
}

/** Builds the backend that a section describes. */
export async function createBackend(config: BackendConfig, context: BackendContext): Promise<Backend> {
  const create = (await loaders[config.type]()) as CreateBackend<BackendConfig>
  return await create(config, context)
}

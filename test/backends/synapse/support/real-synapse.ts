import { createAuthority } from '../../../support/certificate-authority.ts'
import { startSynapse, type Synapse } from '../../../support/synapse.ts'
import { createTempDir } from '../../../support/temp-dir.ts'
import { schoolDomain, userId } from '../../support/school.ts'
import type { MadeDatabase } from './made-database.ts'

/** A Synapse of the school's domain that works on `database`. */
export async function startSynapseOn(database: MadeDatabase): Promise<Synapse> {
  const authority = await createAuthority(await createTempDir('synapse-ca'))
  return startSynapse({
    identityServerUrl: 'https://127.0.0.1:9',
    trustCaFile: authority.caFile,
    serverName: schoolDomain,
    extraConfig: { database: databaseSettings(database) },
  })
}

function databaseSettings({ connection }: MadeDatabase): Record<string, unknown> {
  if (connection.type === 'sqlite') return { name: 'sqlite3', args: { database: connection.path } }
  const { user, database: dbname, socket: host } = connection
  return { name: 'psycopg2', args: { user, dbname, host, cp_min: 1, cp_max: 3 } }
}

/** What the admin API writes of a user. */
export interface UserChange {
  readonly displayname?: string
  readonly avatar_url?: string
  readonly password?: string
  readonly admin?: boolean
  readonly locked?: boolean
  readonly user_type?: string
  readonly threepids?: readonly { readonly medium: string; readonly address: string }[]
}

/** Makes or changes a user, as administrators do. */
export async function putUser(synapse: Synapse, localpart: string, change: UserChange): Promise<void> {
  await ask(synapse, 'PUT', `/_synapse/admin/v2/users/${userPath(localpart)}`, change)
}

export async function suspend(synapse: Synapse, localpart: string, suspended: boolean): Promise<void> {
  await ask(synapse, 'PUT', `/_synapse/admin/v1/suspend/${userPath(localpart)}`, { suspend: suspended })
}

export async function deactivate(synapse: Synapse, localpart: string, erase: boolean): Promise<void> {
  await ask(synapse, 'POST', `/_synapse/admin/v1/deactivate/${userPath(localpart)}`, { erase })
}

async function ask(synapse: Synapse, method: string, path: string, body: unknown): Promise<void> {
  const answer = await synapse.request(method, path, { token: synapse.adminToken, body })
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
}

const userPath = (localpart: string) => encodeURIComponent(userId(localpart))

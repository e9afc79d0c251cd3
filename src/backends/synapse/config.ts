import { z } from 'zod'
import type { Finding } from '../../config/problems.ts'
import { key } from '../../config/types.ts'
import { backendSection, sync, timeout, uses } from '../section.ts'
import { checkConnection, postgresConnection, sqliteConnection } from '../sql/connection-section.ts'

const include = (who: string) => key(z.boolean().default(false), { description: who, restart: true })

export const synapseSection = backendSection('synapse', 'The database of a Synapse homeserver, read only.', {
  connection: z.discriminatedUnion('type', [postgresConnection, sqliteConnection]),
  addresses: key(z.enum(['account', 'published', 'both']).default('account'), {
    description:
      'account: the addresses of the accounts. published: those that users made public through one of idServers. both: either.',
    restart: true,
  }),
  idServers: key(
    z
      .array(
        z
          .string()
          .regex(/^[\w.:[\]-]+(\/(?!\/)\S*)?$/, 'Write the name alone, without https://, as users have it.'),
      )
      .default([]),
    {
      description: 'Names of the identity servers whose published addresses count.',
      restart: true,
      example: ['matrix.example.org', 'vector.im'],
    },
  ),
  includeLocked: include('Find accounts that are locked.'),
  includeSuspended: include('Find accounts that are suspended.'),
  includeAppservice: include('Find accounts that belong to bridges and other application services.'),
  timeout: timeout(),
  sync: sync(),
  uses: uses(['lookup', 'search', 'profile']),
})

export type SynapseConfig = z.output<typeof synapseSection>

export function* synapseRules({ connection, addresses, idServers }: SynapseConfig): Generator<Finding> {
  yield* checkConnection(connection)
  if (addresses === 'account' || idServers.length > 0) return
  yield {
    keys: ['idServers'],
    message: 'Published addresses count per identity server, and none is named.',
    fix: 'Name the identity servers that your users had so far, or write "addresses: account".',
  }
}

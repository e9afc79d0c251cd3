import { z } from 'zod'
import type { Finding } from '../../config/problems.ts'
import { key, port, secret } from '../../config/types.ts'

/** A database in a file. */
export const sqliteConnection = z.strictObject({
  type: key(z.literal('sqlite'), { description: 'An SQLite file.', restart: true }),
  path: key(z.string().min(1), {
    description:
      'The file. It is opened for reading only and may be in use by its own program; Signpost needs the right to read its folder as well.',
    restart: true,
    example: '/var/lib/school/people.db',
  }),
})

const serverKeys = (defaultPort: number, socketText: string) => ({
  url: key(secret().optional(), {
    description:
      'The whole connection in one line, instead of the keys beside it, except tls and caFile. It may hold the password, so it is treated as a secret.',
    restart: true,
    sensitive: true,
  }),
  host: key(z.string().min(1).default('localhost'), {
    description: 'Name or IP address of the server.',
    restart: true,
  }),
  port: key(port().default(defaultPort), { description: 'TCP port of the server.', restart: true }),
  socket: key(z.string().min(1).optional(), { description: socketText, restart: true }),
  database: key(z.string().min(1).optional(), { description: 'Name of the database.', restart: true }),
  user: key(z.string().min(1).optional(), {
    description: 'User to log in as. Let it read what the queries need, and nothing else.',
    restart: true,
  }),
  password: key(secret().optional(), { description: 'Password of the user.', restart: true }),
  tls: key(z.enum(['off', 'require', 'verify']).optional(), {
    description:
      'off: not encrypted. require: encrypted, whoever answers. verify: the certificate must be valid for the host. Default: verify, but off for a server on this machine.',
    restart: true,
  }),
  caFile: key(z.string().min(1).optional(), {
    description:
      'PEM file of the authority that signed the certificate of the server, when it is a private one.',
    restart: true,
  }),
})

export const postgresConnection = z.strictObject({
  type: key(z.literal('postgres'), { description: 'A PostgreSQL server.', restart: true }),
  ...serverKeys(5432, 'Folder of the unix socket, instead of host.'),
})

export const mysqlConnection = z.strictObject({
  type: key(z.enum(['mysql', 'mariadb']), { description: 'A MariaDB or MySQL server.', restart: true }),
  ...serverKeys(3306, 'Path of the unix socket, instead of host.'),
})

/** The connection of a backend that asks a database. Kinds that know one database take one of the three parts. */
export const databaseSection = z.discriminatedUnion('type', [
  sqliteConnection,
  postgresConnection,
  mysqlConnection,
])

export type SqliteConnection = z.output<typeof sqliteConnection>
export type ServerConnection = z.output<typeof postgresConnection> | z.output<typeof mysqlConnection>
export type DatabaseSection = SqliteConnection | ServerConnection

/** What the schema cannot say about a connection that stands under `connection`. For the `rules` of a kind. */
export function* checkConnection(section: DatabaseSection): Generator<Finding> {
  if (section.type === 'sqlite') return
  if (section.url !== undefined) {
    const doubled = (['socket', 'database', 'user', 'password'] as const).filter(
      (name) => section[name] !== undefined,
    )
    for (const name of doubled) {
      yield {
        keys: ['connection', name],
        message: 'The url says this already.',
        fix: `Remove ${name} or url.`,
      }
    }
    return
  }
  for (const name of ['database', 'user'] as const) {
    if (section[name] !== undefined) continue
    yield { keys: ['connection', name], message: 'It is missing.', fix: `Write ${name}, or a whole url.` }
  }
}

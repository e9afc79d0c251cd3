import { z } from 'zod'
import type { Finding } from '../../config/problems.ts'
import { baseUrl, key } from '../../config/types.ts'
import { backendSection, defaultCountry, sync, timeout, userKeys, uses } from '../section.ts'
import { checkConnection, mysqlConnection } from '../sql/connection-section.ts'

export const wordpressSection = backendSection(
  'wordpress',
  'The users of a WordPress site: found in its database, logged in through its JWT plugin.',
  {
    url: key(baseUrl().nullable().default(null), {
      description: 'Where the site is. Needed for logins through the plugin.',
      restart: true,
      example: 'https://www.example.org',
    }),
    caFile: key(z.string().min(1).nullable().default(null), {
      description:
        'PEM file of the authority that signed the certificate of the site, when it is a private one.',
      restart: true,
    }),
    connection: mysqlConnection.optional(),
    tablePrefix: key(
      z
        .string()
        .regex(/^\w+$/, 'Write the $table_prefix of wp-config.php: letters, digits and _.')
        .default('wp_'),
      {
        description: 'What the names of the tables begin with ($table_prefix in wp-config.php).',
        restart: true,
      },
    ),
    login: key(z.enum(['jwt', 'database', 'none']).default('jwt'), {
      description:
        'How passwords are checked. jwt: by the site, which needs the plugin "JWT Authentication for WP REST API". database: against the hashes in the database, without the limits and second factors of the site. none: not at all.',
      restart: true,
    }),
    userColumn: key(z.enum(['user_login', 'user_nicename']).default('user_login'), {
      description:
        'What becomes the localpart of the Matrix ID: the name that users log in with, or the one in the addresses of their pages.',
      restart: true,
    }),
    phoneMeta: key(z.array(z.string().min(1)).default([]), {
      description:
        'Fields of user profiles (keys in usermeta) that hold phone numbers. Name only fields that users cannot write themselves, or anybody may claim the number of somebody else.',
      restart: true,
      example: ['office_phone'],
    }),
    unsuitable: userKeys.unsuitable,
    defaultCountry: defaultCountry(),
    timeout: timeout(),
    sync: sync(),
    uses: uses(['lookup', 'search', 'authentication', 'profile']),
  },
)

export type WordpressConfig = z.output<typeof wordpressSection>

/** What the schema cannot say. */
export function* wordpressRules({ connection, url, login, userColumn }: WordpressConfig): Generator<Finding> {
  if (connection !== undefined) yield* checkConnection(connection)
  if (login === 'jwt' && url === null) {
    yield {
      keys: ['url'],
      message: 'Logins through the JWT plugin need the URL of the site.',
      fix: 'Write where the site is, or "login: none".',
    }
  }
  if (connection !== undefined) return
  if (login !== 'jwt') {
    yield {
      keys: ['connection'],
      message: 'Without the database of the site there is nothing to ask.',
      fix: 'Write how to connect to it, or "login: jwt" to check passwords alone.',
    }
  } else if (userColumn === 'user_nicename') {
    yield {
      keys: ['userColumn'],
      message: 'Only the database of the site tells the name to log in with from the one in its addresses.',
      fix: 'Write connection as well, or "userColumn: user_login".',
    }
  }
}

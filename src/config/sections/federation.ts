import { z } from 'zod'
import { baseUrl, duration, key, secret } from '../types.ts'

const outbound = z.strictObject({
  enabled: key(z.boolean().default(true), {
    description:
      "Ask the identity server of an e-mail address's own domain, found by its DNS record _matrix-identity._tcp. Addresses leave this machine as hashes, to that domain only.",
  }),
  plain: key(z.boolean().default(false), {
    description:
      'Also ask servers that know the old API only (mxisd, ma1sd, Sydent), which are sent whole addresses of their own domain.',
  }),
  allow: key(z.array(z.string()).default([]), {
    description: 'E-mail domains that are asked. Empty: all but the denied ones.',
    example: ['partner.example'],
  }),
  deny: key(z.array(z.string()).default([]), { description: 'E-mail domains that are never asked.' }),
  timeout: key(duration('5s'), { description: 'Longest wait for one domain, finding its server included.' }),
  cache: z
    .strictObject({
      found: key(duration('10m'), { description: 'How long an answer is remembered.' }),
      notFound: key(duration('2m'), { description: 'How long it is remembered that nobody has an address.' }),
      unreachable: key(duration('1m'), {
        description: 'How long a domain without a working identity server is left alone.',
      }),
      maxEntries: key(z.int().min(100).max(1_000_000).default(50_000), {
        description: 'Most addresses that are remembered.',
      }),
    })
    .prefault({}),
})

const inbound = z.strictObject({
  enabled: key(z.boolean().default(true), {
    description: 'Answer the identity servers of other organisations, and users of other homeservers.',
  }),
  domains: key(z.array(z.string()).default([]), {
    description: 'E-mail domains whose addresses others may find. Empty: all that are known here.',
    example: ['school.example'],
  }),
  backends: key(z.array(z.string()).nullable().default(null), {
    description: 'Backends whose people others may find, by id. Empty: all. An empty list: none.',
    example: ['staff'],
  }),
  associations: key(z.boolean().default(true), {
    description: 'Let others find addresses that their owners have published here.',
  }),
  phones: key(z.boolean().default(true), {
    description: 'Let others find phone numbers. They belong to no domain.',
  }),
})

const central = z.strictObject({
  url: key(baseUrl(), { description: 'Base URL of the identity server.', example: 'https://vector.im' }),
  terms: key(z.array(z.url()).default([]), {
    description:
      'Terms of that server which you accept, by URL. "signpost federation check" names those that it asks for.',
  }),
  mediums: key(
    z
      .array(z.enum(['email', 'msisdn']))
      .min(1)
      .default(['email', 'msisdn']),
    {
      description: 'What it is asked for.',
    },
  ),
})

/** Other identity servers: who is asked, and who is answered. */
export const federationSection = z.strictObject({
  outbound: outbound.prefault({}),
  inbound: inbound.prefault({}),
  recursion: z
    .strictObject({
      accounts: key(z.boolean().default(true), {
        description: 'Ask other servers for the users of your own homeserver.',
      }),
      networks: key(z.array(z.string()).default([]), {
        description:
          'Addresses or networks whose requests without an account (v1) may make Signpost ask other servers, such as that of your homeserver.',
        example: ['10.1.2.3'],
      }),
    })
    .prefault({}),
  account: z
    .strictObject({
      userId: key(z.string().nullable().default(null), {
        description:
          'User of your homeserver in whose name Signpost opens accounts at other identity servers. Needed for central servers and for peers that speak only v2.',
        example: '@signpost:example.org',
      }),
      accessToken: key(secret().nullable().default(null), {
        description: 'Access token of that user, or the as_token of the application service it belongs to.',
      }),
    })
    .prefault({}),
  central: key(z.array(central).default([]), {
    description:
      'Identity servers that are asked last, whatever the domain of an address. They learn the hashes of all addresses that nobody else knows; hashes of phone numbers are easily reversed. Off unless you name one.',
    example: [{ url: 'https://vector.im' }],
  }),
  bridges: z
    .strictObject({
      url: key(baseUrl().nullable().default(null), {
        description:
          'Bridge that is asked, in clear, for addresses nobody knows: GET /_matrix/identity/api/v1/lookup, as mxisd did.',
      }),
      mediums: key(z.partialRecord(z.enum(['email', 'msisdn']), baseUrl()).default({}), {
        description: 'Bridges for one medium; they come before url.',
        example: { msisdn: 'http://127.0.0.1:9999' },
      }),
    })
    .prefault({}),
})

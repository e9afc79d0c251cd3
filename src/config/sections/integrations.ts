import { z } from 'zod'
import { MAX_MATCHED_CHARACTERS, pattern } from '../pattern.ts'
import { key, secret } from '../types.ts'
import { oidcSection } from './oidc.ts'

const texts = (description: string, example: readonly string[]) =>
  key(z.array(z.string().min(1).max(MAX_MATCHED_CHARACTERS)).default([]), { description, example })

const peopleGroup = z.strictObject({
  backends: texts('Ids of backends whose people belong to the group.', ['school']),
  roles: texts('Roles (groups of the directory) whose people belong to it.', ['pupils']),
  users: texts('Matrix IDs that belong to it; * stands for any characters.', ['@pupil-*:example.org']),
  hiddenFrom: texts('Names of groups whose people do not find those of this one.', ['guests']),
})

/** Search for people in Matrix clients. */
export const directorySection = z.strictObject({
  enabled: key(z.boolean().default(false), {
    description:
      'Answer the search for people of Matrix clients from the backends, together with what the homeserver finds.',
  }),
  homeserver: key(z.boolean().default(true), { description: "Add the homeserver's own results." }),
  searchThreepids: key(z.boolean().default(true), {
    description: 'Find people by e-mail address and phone number, too. Results never show them.',
  }),
  exclude: texts('Matrix IDs that no search shows; * stands for any characters.', ['@svc-*:example.org']),
  groups: key(
    z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'Use small letters, digits and - in the name of a group.'),
        peopleGroup,
      )
      .default({}),
    {
      description: 'Groups of people that not everybody may find. Who belongs to no group is found by all.',
      example: { pupils: { roles: ['pupils'], hiddenFrom: ['guests'] } },
    },
  ),
})

const rewriteRule = z.strictObject({
  match: key(pattern(), {
    description: 'Regular expression (RE2) that the whole user name has to match.',
    example: '[0-9]{6}',
  }),
  medium: key(z.enum(['email', 'msisdn']), { description: 'What such a user name stands for.' }),
  address: key(z.string().min(1).max(MAX_MATCHED_CHARACTERS).default('$0'), {
    description: 'The address it stands for: $0 is the whole user name, $1 to $9 are the groups.',
    example: '$0@example.org',
  }),
})

/** Signing in. */
export const authenticationSection = z.strictObject({
  enabled: key(z.boolean().default(false), {
    description: 'Let people sign in to the homeserver with an e-mail address or phone number of a backend.',
  }),
  foldCase: key(z.boolean().default(true), {
    description: 'Pass user names on in small letters, as homeservers have them.',
  }),
  rewrite: key(z.array(rewriteRule).max(100).default([]), {
    description: 'User names that are addresses in disguise. The first rule that matches counts.',
    example: [{ match: '[0-9]{6}', medium: 'email', address: '$0@example.org' }],
  }),
  provider: z
    .strictObject({
      enabled: key(z.boolean().default(false), {
        description: 'Check passwords for the homeserver (/_matrix-internal/identity/v1/check_credentials).',
      }),
      allow: key(z.array(z.string()).default(['127.0.0.0/8', '::1']), {
        description: 'Addresses or networks that may ask: the homeserver.',
        example: ['10.1.2.3'],
      }),
      secret: key(secret().nullable().default(null), {
        description:
          "What the homeserver has to send along: the `secret` of Signpost's own module. Empty: the address must do.",
      }),
    })
    .prefault({}),
  oidc: oidcSection.prefault({}),
})

/** Who may register with which address. */
export const registrationSection = z.strictObject({
  enabled: key(z.boolean().default(false), {
    description: 'Decide who may register on the homeserver with an e-mail address or phone number.',
  }),
  invited: key(z.boolean().default(true), { description: 'Addresses with an open invitation may register.' }),
  members: key(z.boolean().default(false), { description: 'Addresses that a backend knows may register.' }),
  domains: z
    .strictObject({
      allow: texts(
        'E-mail domains that may register: example.org (itself), .example.org (what is below it), *example.org (both).',
        ['*example.org'],
      ),
      deny: texts(
        'E-mail domains that may not register, in the same forms. They come before what is allowed, but after an invitation.',
        ['guests.example.org'],
      ),
    })
    .prefault({}),
  patterns: z
    .strictObject({
      allow: key(z.array(pattern()).default([]), {
        description: 'Regular expressions (RE2) for whole addresses that may register.',
        example: ['491701[0-9]+'],
      }),
      deny: key(z.array(pattern()).default([]), {
        description:
          'Regular expressions (RE2) for whole addresses that may not. They come before what is allowed, but after an invitation.',
      }),
    })
    .prefault({}),
  others: key(z.enum(['refuse', 'allow']).default('refuse'), {
    description: 'What happens with all other addresses.',
  }),
})

/** Names of people as the directories have them. */
export const profileSection = z.strictObject({
  enabled: key(z.boolean().default(false), {
    description: 'Complete the profiles that the homeserver shows by what the backends know.',
  }),
  displayName: key(z.enum(['off', 'missing', 'always']).default('missing'), {
    description:
      'The name of the directory: never, for users without a name on the homeserver, or instead of it.',
  }),
  threepids: key(z.boolean().default(false), {
    description: 'Show e-mail addresses and phone numbers (threepids) to users who are signed in.',
  }),
  roles: key(z.boolean().default(false), {
    description: 'Show roles (groups of the directory) to users who are signed in.',
  }),
})

/** Who may invite by address. */
export const roomInvitesSection = z.strictObject({
  enabled: key(z.boolean().default(false), {
    description: 'Decide who may invite people into rooms by e-mail address or phone number.',
  }),
  roles: texts('Roles (groups of the directory) whose people may.', ['staff']),
  users: texts('Matrix IDs that may; * stands for any characters.', ['@reception:example.org']),
})

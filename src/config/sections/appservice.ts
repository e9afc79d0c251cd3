import { z } from 'zod'
import { MAX_MATCHED_CHARACTERS } from '../pattern.ts'
import { baseUrl, duration, key, secret } from '../types.ts'

const localpart = (name: string) =>
  z
    .string()
    .regex(/^[a-z0-9._=-]{1,100}$/, 'Use small letters, digits and . _ = - in a user name.')
    .default(name)

const names = (description: string, example: readonly string[]) =>
  key(z.array(z.string().min(1).max(MAX_MATCHED_CHARACTERS)).default([]), { description, example })

const bot = z.strictObject({
  enabled: key(z.boolean().default(false), {
    description: 'Join rooms when somebody invites the application service, and answer commands there.',
  }),
  roles: names('Roles (groups of the directory) whose people may give it commands.', ['admins']),
  users: names('Matrix IDs that may give it commands; * stands for any characters.', ['@admin:example.org']),
  adminRoom: key(
    z
      .string()
      .regex(/^![^\s\0]{1,254}$/, 'Write the ID of a room: !abc:example.org')
      .nullable()
      .default(null),
    {
      description:
        'Room in which the bot tells what failed. Invite the bot to it first. Empty: it keeps that to itself.',
      example: '!operators:example.org',
    },
  ),
  weeklySummary: key(z.boolean().default(true), {
    description: 'Sum every week up in the admin room.',
  }),
})

/** What Signpost is for the homeserver as an application service. */
export const appserviceSection = z.strictObject({
  enabled: key(z.boolean().default(false), {
    description: 'Be an application service of the homeserver: see "signpost appservice registration".',
  }),
  id: key(
    z
      .string()
      .regex(/^[\w.-]{1,100}$/, 'Use letters, digits and . _ - in the id.')
      .default('signpost'),
    {
      description: 'Id of the registration; no two application services of a homeserver may have the same.',
    },
  ),
  url: key(baseUrl().nullable().default(null), {
    description:
      'Signpost as the homeserver reaches it. Empty: server.listen on one machine, server.publicUrl otherwise.',
    example: 'http://10.1.2.3:8090',
  }),
  senderLocalpart: key(localpart('signpost'), {
    description: 'User name of the bot. The homeserver makes the user; nobody else may have the name.',
  }),
  asToken: key(secret().nullable().default(null), {
    description:
      'What Signpost shows the homeserver (as_token of the registration). "signpost appservice registration" makes one.',
  }),
  hsToken: key(secret().nullable().default(null), {
    description:
      'What the homeserver shows Signpost (hs_token of the registration). "signpost appservice registration" makes one.',
  }),
  rejectExpired: z
    .strictObject({
      enabled: key(z.boolean().default(true), {
        description:
          'Reject invitations in the name of the invited person when their time is over, so that rooms no longer show them as open.',
      }),
      localpart: key(localpart('_signpost_expired'), {
        description: 'User name that rejects them. The registration keeps it for Signpost.',
      }),
    })
    .prefault({}),
  invited: z
    .strictObject({
      enabled: key(z.boolean().default(false), {
        description:
          'Mail people of the directory who are invited by their Matrix ID and have never signed in. The homeserver then shows Signpost every event of its users.',
      }),
      maxAge: key(duration('1d'), { description: 'Older invitations are history, and nobody is mailed.' }),
    })
    .prefault({}),
  bot: bot.prefault({}),
})

/** Accounts for people who are invited to a homeserver with closed registration. */
export const signUpSection = z.strictObject({
  enabled: key(z.boolean().default(false), {
    description:
      'Invitation mails hold a link with which the invited person makes an account on the homeserver, once.',
  }),
  adminToken: key(secret().nullable().default(null), {
    description:
      'Access token of an administrator of the homeserver, with which registration tokens are made (Synapse).',
  }),
  roles: names(
    'Roles (groups of the directory) whose invitations give an account. Empty, together with users: those of every user of the homeserver.',
    ['staff'],
  ),
  users: names('Matrix IDs whose invitations do; * stands for any characters.', ['@reception:example.org']),
})

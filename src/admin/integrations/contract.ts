import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { integrationIds, missingParts } from './features.ts'
import { oidcContract } from './oidc-contract.ts'

const integrationId = z.enum(integrationIds)
/** A Matrix ID, or the localpart of one on the Matrix domain. */
const userId = z.string().trim().min(1).max(255)
const threepid = z.strictObject({ medium: z.enum(['email', 'msisdn']), address: z.string() })
/** A file for another program. */
const file = z.strictObject({ fileName: z.string(), text: z.string() })

const shownProfile = z.strictObject({
  displayName: z.string().nullable(),
  threepids: z.array(threepid),
  roles: z.array(z.string()),
})

export const integrationsContract = describeRoutes({
  'GET /api/integrations': {
    summary: 'What Signpost does between clients and the homeserver: what is on, and what it still needs.',
    access: 'session',
    answer: z.strictObject({
      features: z.array(
        z.strictObject({
          id: integrationId,
          enabled: z.boolean(),
          missing: z.array(
            z.strictObject({
              part: z.enum(missingParts),
              /** Whether it cannot be switched on without. */
              blocks: z.boolean(),
            }),
          ),
          /** Subjects of the doctor's check `routes` that are about it. */
          paths: z.array(z.string()),
        }),
      ),
    }),
  },
  'GET /api/integrations/{id}/proxy/{kind}': {
    summary: 'What a feature changes in the site of a reverse proxy, as a difference.',
    access: 'session',
    params: z.strictObject({
      id: integrationId,
      kind: z.enum(['nginx', 'apache', 'caddy', 'haproxy', 'traefik', 'npm']),
    }),
    answer: z.strictObject({
      /** Unified format; empty: nothing changes. */
      diff: z.string(),
      place: z.string(),
    }),
  },
  'GET /api/integrations/passwords/module': {
    summary: 'The module with which Synapse asks Signpost about passwords.',
    access: 'session',
    answer: file,
  },
  'POST /api/integrations/passwords/secret': {
    summary: 'Makes another secret for the password module and keeps it sealed; it is told this once.',
    access: 'confirmed',
    answer: z.strictObject({ secret: z.string() }),
  },
  'POST /api/integrations/registration': {
    summary: 'Whether an address may register on the homeserver, and which rule decides.',
    access: 'session',
    // In the body, so that no address stands in a log of requests.
    body: z.strictObject({ address: z.string().max(500) }),
    answer: z.strictObject({
      address: threepid,
      allowed: z.boolean(),
      /** `unclear`: a directory that may know the address does not answer, and the person is asked to come again. */
      because: z.enum(['invited', 'denied', 'allowed', 'member', 'others', 'unclear']),
      /** The entry of the lists that decided; null where none did. */
      rule: z.string().nullable(),
    }),
  },
  'POST /api/integrations/room-invites': {
    summary: 'Whether a user may invite by e-mail address or phone number, and why.',
    access: 'session',
    body: z.strictObject({ userId }),
    answer: z.strictObject({
      userId: z.string(),
      /** `user`: named in the list; `unknown`: a directory that would have to tell does not answer. */
      verdict: z.enum(['user', 'role', 'nobody', 'unknown']),
      /** The role that lets them. */
      role: z.string().nullable(),
    }),
  },
  'POST /api/integrations/profile': {
    summary: 'The profile of a user: what the homeserver has, what the directory knows, and what others see.',
    access: 'session',
    body: z.strictObject({ userId }),
    answer: z.strictObject({
      userId: z.string(),
      /** Null: no such user there, or it did not answer, as `homeserver` tells. */
      ownName: z.string().nullable(),
      homeserver: z.enum(['known', 'unknown', 'silent']),
      /** What the backends know; null: nothing. */
      directory: shownProfile.nullable(),
      /** False: a backend that may know more could not be asked. */
      isWhole: z.boolean(),
      /** What users of this homeserver see with the settings in force. */
      shown: shownProfile,
    }),
  },
  'GET /api/integrations/appservice': {
    summary:
      'What Signpost is as an application service: its users, where it is reached, what the bot knows.',
    access: 'session',
    answer: z.strictObject({
      botId: z.string(),
      /** Rejects invitations whose time is over; null: nobody does. */
      rejectsAs: z.string().nullable(),
      /** Where the homeserver reaches Signpost, as the registration says it. */
      url: z.string(),
      hasTokens: z.boolean(),
      adminRoom: z.string().nullable(),
      /** When the homeserver last brought events, milliseconds since the epoch. */
      lastHeardAt: z.number().nullable(),
      commands: z.array(z.strictObject({ usage: z.string(), about: z.string() })),
    }),
  },
  'POST /api/integrations/appservice/registration': {
    summary:
      'The registration for the homeserver, with both tokens, which are made if there are none or others are wanted.',
    access: 'confirmed',
    body: z.strictObject({ newTokens: z.boolean().default(false) }),
    answer: file,
    changes: 'integrations.registration',
  },
  'GET /api/integrations/sign-up': {
    summary: 'How many links to sign up are open, and which accounts were made with one.',
    access: 'session',
    answer: z.strictObject({
      /** Invitations whose link works. */
      open: z.number(),
      /** Accounts that were made. */
      used: z.number(),
      /** The last ones, the newest first. */
      latest: z.array(z.strictObject({ mxid: z.string(), at: z.number() })),
    }),
  },
  ...oidcContract,
})

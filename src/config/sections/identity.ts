import { z } from 'zod'
import { parseUserId } from '../../matrix/identifiers.ts'
import { duration, key } from '../types.ts'

export const lookupSection = z.strictObject({
  algorithms: key(
    z
      .array(z.enum(['sha256', 'none']))
      .min(1)
      .default(['sha256', 'none']),
    {
      description:
        'How clients may ask. `sha256` is required by the specification; `none` sends addresses in clear.',
    },
  ),
  maxAddresses: key(z.int().min(1).max(100_000).default(10_000), {
    description: 'Most addresses in one lookup request.',
  }),
  pepper: z
    .strictObject({
      rotateEvery: key(duration('7d'), { description: 'How often the pepper of the lookup hashes changes.' }),
      grace: key(duration('15m'), {
        description: 'How long the previous pepper still answers after a change.',
      }),
    })
    .prefault({}),
})

export const identityV1Section = z.strictObject({
  enabled: key(z.boolean().default(true), {
    description:
      'Serve the old, unauthenticated API (v1). Synapse needs it for phone verification, Dendrite for invitations. The public-key routes answer even when this is off.',
  }),
  allow: key(z.array(z.string()).default([]), {
    description: 'Addresses or networks that may use v1. Empty: everyone.',
    example: ['10.0.0.0/8'],
  }),
})

export const validationSection = z.strictObject({
  enabled: key(z.boolean().default(true), { description: 'Let people prove that an address is theirs.' }),
  sessionLifetime: key(duration('24h'), {
    description: 'Life of a validation session. The specification says 24h.',
  }),
  maxAttempts: key(z.int().min(1).max(100).default(10), {
    description: 'Wrong codes after which a session is closed.',
  }),
  nextLinkOrigins: key(z.array(z.string()).default([]), {
    description:
      'Origins to which a person may be sent on after validation (next_link). Empty: any https:// address given when the session was started.',
    example: ['https://app.element.io'],
  }),
})

export const associationsSection = z.strictObject({
  bind: key(z.boolean().default(true), { description: 'Let users publish their validated addresses.' }),
  unbindNotification: key(z.boolean().default(true), {
    description: 'Tell the owner of an address by mail when it is unpublished.',
  }),
  bindNotification: key(z.boolean().default(false), {
    description: 'Tell the owner of an address by mail when it is published for a Matrix ID.',
  }),
})

export const invitationsSection = z.strictObject({
  whenAlreadyBound: key(z.enum(['reject', 'deliver']).default('reject'), {
    description:
      'What to do with an invitation to an address that already belongs to someone. reject: M_THREEPID_IN_USE, as the specification says (Synapse shows the inviter an error). deliver: store it and hand it to that person at once.',
  }),
  expireAfter: key(duration('30d'), { description: 'When an unanswered invitation is given up.' }),
  expireTo: key(
    z
      .string()
      .refine((text) => parseUserId(text) !== null, 'Write a Matrix ID: @invitations:example.org')
      .nullable()
      .default(null),
    {
      description:
        'A Matrix ID that invitations go to whose time is over, so that whoever owns it can reject them and the rooms no longer show them as open. Empty: nobody; their keys stop being valid.',
      example: '@invitations:example.org',
    },
  ),
  resolveEvery: key(duration('1m'), { description: 'How often waiting invitations are looked up again.' }),
  webClient: key(z.url().default('https://app.element.io'), {
    description: 'Web client that the links in invitation mails open, unless the homeserver names another.',
  }),
  registerUrl: key(z.url().nullable().default(null), {
    description: 'Page on which an invited person can sign up. Empty: the web client.',
  }),
  fullDisplayName: key(z.boolean().default(false), {
    description: 'Show rooms the whole invited address instead of a shortened one. Gives the address away.',
  }),
  maxPendingPerAddress: key(z.int().min(1).default(50), {
    description: 'Most waiting invitations for one address.',
  }),
  maxPendingPerSender: key(z.int().min(1).default(1000), {
    description: 'Most waiting invitations from one user.',
  }),
  maxPendingPerDomain: key(z.int().min(1).default(10_000), {
    description: 'Most waiting invitations to addresses of one e-mail domain.',
  }),
  blocked: z
    .strictObject({
      homeservers: key(z.array(z.string()).default([]), {
        description: 'Homeservers whose users may not invite.',
      }),
      senders: key(z.array(z.string()).default([]), {
        description: 'Matrix IDs of users who may not invite.',
        example: ['@spammer:example.org'],
      }),
      rooms: key(z.array(z.string()).default([]), { description: 'Room IDs nobody may be invited to.' }),
      domains: key(z.array(z.string()).default([]), {
        description: 'E-mail domains that are never written to.',
      }),
      keywords: key(z.array(z.string()).default([]), {
        description: 'Words that may not stand in the names an invitation shows.',
      }),
    })
    .prefault({}),
})

/** Policies clients must accept, by id: `{version, <language>: {name, url}}`. */
export const termsSection = key(
  z
    .record(
      z.string().regex(/^[A-Za-z0-9_.-]+$/, 'Use letters, digits, _ . - in the id of a policy.'),
      z.object({ version: z.string().min(1) }).catchall(z.strictObject({ name: z.string(), url: z.url() })),
    )
    .default({}),
  {
    description: 'Terms that users must accept before they use the identity server, by id and language.',
    example: {
      privacy: {
        version: '1.0',
        en: { name: 'Privacy policy', url: 'https://example.org/privacy-1.0-en.html' },
      },
    },
  },
)

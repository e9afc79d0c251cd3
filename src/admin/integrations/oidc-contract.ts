import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

const clientId = z.string().min(1).max(255)
const params = z.strictObject({ id: clientId })
const uris = z.array(z.string().max(2_000)).max(20)
const secretBy = z.enum(['basic', 'post'])

export const oidcContract = describeRoutes({
  'GET /api/integrations/oidc': {
    summary: 'The OpenID provider: its address, its clients, and the keys that sign.',
    access: 'session',
    answer: z.strictObject({
      issuer: z.string(),
      /** By which Matrix Authentication Service knows it, as part of where it has people sent back to. */
      masProvider: z.string(),
      clients: z.array(
        z.strictObject({
          id: z.string(),
          name: z.string().nullable(),
          secretBy,
          redirectUris: z.array(z.string()),
        }),
      ),
      /** The oldest first; empty: none was needed so far. */
      keys: z.array(
        z.strictObject({
          id: z.string(),
          /** Milliseconds since the epoch. */
          createdAt: z.number(),
          /** `next`: published, and signs soon; `former`: checked for a while yet. */
          state: z.enum(['former', 'signs', 'next']),
        }),
      ),
      /** In milliseconds. */
      rotateEvery: z.number(),
    }),
  },
  'POST /api/integrations/oidc/clients': {
    summary:
      'Adds a client of the OpenID provider. Its secret is made here, kept sealed, and told this once.',
    access: 'session',
    body: z.strictObject({
      id: clientId,
      name: z.string().max(60).nullable().default(null),
      redirectUris: uris.min(1),
      secretBy: secretBy.default('basic'),
      /** Switches the provider on with it. */
      enable: z.boolean().default(false),
    }),
    answer: z.strictObject({ id: z.string(), secret: z.string() }),
  },
  'POST /api/integrations/oidc/clients/{id}/secret': {
    summary: 'Gives a client another secret, told this once. Until the client has it, nobody signs in there.',
    access: 'confirmed',
    params,
    answer: z.strictObject({ id: z.string(), secret: z.string() }),
  },
  'DELETE /api/integrations/oidc/clients/{id}': {
    summary: 'Removes a client: nobody signs in there any more. The last one only while the provider is off.',
    access: 'confirmed',
    params,
    answer: z.strictObject({}),
  },
})

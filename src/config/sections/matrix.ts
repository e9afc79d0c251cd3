import { z } from 'zod'
import { baseUrl, key } from '../types.ts'

/** Which homeserver this identity server belongs to. */
export const matrixSection = z.strictObject({
  domain: key(
    z
      .string()
      .regex(
        /^[A-Za-z0-9.-]+(:\d{1,5})?$/,
        'Write the server name only, as in @user:example.org, without https://.',
      )
      .default('localhost'),
    {
      description: "The homeserver's server name: what stands behind the colon of your users' Matrix IDs.",
      restart: true,
      example: 'example.org',
    },
  ),
  homeserverUrl: key(baseUrl().nullable().default(null), {
    description:
      "Your homeserver as this machine reaches it, with its client and federation API (Synapse's usual listener). Empty: found by its name, as other servers find it.",
    example: 'http://127.0.0.1:8008',
  }),
  pins: key(z.record(z.string(), baseUrl()).default({}), {
    description: 'Server name to federation base URL. A pinned name skips discovery and the address guard.',
    example: { 'other.org': 'https://10.0.0.5:8448' },
  }),
})

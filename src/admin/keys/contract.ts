import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { jobShape } from '../jobs/shapes.ts'

export const keysContract = describeRoutes({
  'GET /api/keys': {
    summary: 'The keys that sign, the pepper of hashed lookups, and where the key lies that seals secrets.',
    access: 'session',
    answer: z.strictObject({
      signing: z.array(
        z.strictObject({
          id: z.string(),
          /** Unpadded base64. */
          publicKey: z.string(),
          /** Milliseconds since the epoch. */
          createdAt: z.number(),
          /** Null: it signs. */
          retiredAt: z.number().nullable(),
        }),
      ),
      pepper: z.strictObject({
        /** When the present one was made; null while the index is being built for the first time. */
        createdAt: z.number().nullable(),
        /** When it is changed next; null as well. */
        nextRotation: z.number().nullable(),
        /** How long the former one still answers after a change, in milliseconds. */
        grace: z.number(),
        /** Hashes in the index; null while it is being built. */
        mappings: z.number().nullable(),
      }),
      /** `file`: sealing.key in the data directory; `keychain`: the desktop app keeps it in the system's keychain. */
      sealingKey: z.enum(['file', 'keychain']),
    }),
  },
  'POST /api/keys/rotate': {
    summary: 'Starts signing with a new key. Former keys stay valid for what they signed.',
    access: 'confirmed',
    answer: z.strictObject({ id: z.string() }),
    changes: 'keys.rotate',
  },
  'POST /api/keys/rotate-pepper': {
    summary: 'Hashes lookups with a new pepper, as a job; the former one answers until its grace is over.',
    access: 'session',
    answer: z.strictObject({ job: jobShape }),
    changes: 'keys.rotate-pepper',
  },
})

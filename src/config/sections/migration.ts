import { z } from 'zod'
import { baseUrl, key, secret } from '../types.ts'

/** While Signpost takes the place of another identity server. */
export const migrationSection = z.strictObject({
  compareWith: key(baseUrl().nullable().default(null), {
    description:
      'The identity server whose place Signpost takes, while it still runs. It is asked the same plain lookups, and where it answers differently, "signpost import compare" says so. Empty: nobody is asked.',
    restart: true,
    example: 'http://127.0.0.1:8095',
  }),
  accessToken: key(secret().nullable().default(null), {
    description: 'An access token of that server, where it answers v2 only. Empty: it is asked by v1.',
    restart: true,
  }),
  perMinute: key(z.int().min(1).max(60_000).default(600), {
    description: 'Most addresses that it is asked for in a minute; further ones are left out.',
    restart: true,
  }),
})

import { z } from 'zod'
import { key } from '../types.ts'

/** Who may use this identity server. */
export const accountsSection = z.strictObject({
  homeservers: key(z.array(z.string()).default([]), {
    description: 'Homeservers whose users may open an account here. Empty: users of every homeserver.',
    example: ['example.org'],
  }),
})

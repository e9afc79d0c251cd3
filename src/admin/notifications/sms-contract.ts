import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'

export const smsContract = describeRoutes({
  'POST /api/notifications/sms/test': {
    summary: 'Sends a text message to a number, with settings that are saved or not. It may cost money.',
    access: 'session',
    body: z.strictObject({
      /** International; spaces and a leading + are taken. */
      to: z.string().trim().min(5).max(40),
      /** `notifications.sms` as the file has it; a secret that is `{set: true}` is the stored one. */
      sms: z.record(z.string(), z.unknown()).optional(),
      language: z.string().max(35).default('en'),
      /** `true`: with the domain and the stored secrets of the wizard's draft. */
      draft: z.boolean().default(false),
    }),
    answer: z.strictObject({
      accepted: z.boolean(),
      transport: z.enum(['none', 'log', 'twilio', 'http']),
      failure: z.strictObject({ code: z.string(), detail: z.string(), fix: z.string() }).optional(),
    }),
  },
})

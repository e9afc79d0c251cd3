import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { checkStep, samplePerson, secretInput, section } from './shapes.ts'

/** `true`: with the domain, the network settings and the stored secrets of the wizard's draft. */
const draft = z.boolean().default(false)

export const backendsContract = describeRoutes({
  'POST /api/backends/check': {
    summary:
      'Tries a section of `backends`, saved or not: connects, logs in, counts and reads some people. Takes up to two minutes.',
    access: 'session',
    body: z.strictObject({ section, draft }),
    answer: z.strictObject({ steps: z.array(checkStep) }),
  },
  'POST /api/backends/guess': {
    summary: 'Looks into an LDAP directory and answers a section that probably fits it.',
    access: 'session',
    body: z.strictObject({
      /** Name of the section; the one whose stored password `{set: true}` means. */
      id: z.string().max(60).default('directory'),
      servers: z.array(z.string().max(2_000)).min(1).max(20),
      startTls: z.boolean().default(false),
      caFile: z.string().max(4_000).nullish(),
      verifyCertificate: z.boolean().default(true),
      bindDn: z.string().max(4_000).nullish(),
      bindPassword: secretInput.nullish(),
      /** As far as they are known already. */
      bases: z.array(z.string().max(4_000)).max(50).optional(),
      draft,
    }),
    answer: z.strictObject({
      /** For the file: connection, kind, bases and attributes. */
      section,
      /** What the guesses rest on, as sentences. */
      reasons: z.array(z.string()),
      sample: z.array(samplePerson),
    }),
  },
})

import { z } from 'zod'
import { settingsResult } from '../changes/contract.ts'
import { describeRoutes } from '../api/route.ts'

/** A key of `signpost.yaml`, see `config/describe.ts`. */
export const configKey = z.strictObject({
  path: z.string(),
  type: z.string(),
  /** As written in YAML; absent when the key has to be given, null when it may be empty. */
  default: z.unknown().optional(),
  description: z.string(),
  restart: z.boolean(),
  /** True when the value is a secret or may hold one. */
  hidden: z.boolean(),
  unit: z.string().optional(),
  example: z.unknown().optional(),
  values: z.array(z.string()).optional(),
  when: z.string().optional(),
})

const path = z.array(z.union([z.string().max(255), z.number().int()])).min(1)

/** `value` as it would stand in the file; left out: the key goes back to its default. */
const change = z.strictObject({ path, value: z.unknown().optional() })
const changes = z.array(change).min(1).max(200)

const problem = z.strictObject({ path: z.string(), message: z.string(), fix: z.string() })

export const settingsContract = describeRoutes({
  'GET /api/settings': {
    summary:
      'Every key with its description, what the file says, and what is in force; secrets as {set: true}.',
    access: 'session',
    answer: z.strictObject({
      keys: z.array(configKey),
      /** What `signpost.yaml` says. */
      file: z.record(z.string(), z.unknown()),
      /** The same with every default filled in. */
      all: z.record(z.string(), z.unknown()),
      /** Where the file lies on the server. */
      place: z.string(),
      /** Keys whose new values wait for a restart. */
      restartNeeded: z.array(z.string()),
      canRestart: z.boolean(),
      /** Why the last restart went back to the former configuration; null when it did not. */
      refused: z
        .strictObject({
          code: z.string(),
          tried: z.string(),
          likelyCause: z.string(),
          fix: z.string(),
          /** Milliseconds since the epoch. */
          at: z.number(),
          keptAs: z.string(),
        })
        .nullable(),
    }),
  },
  'POST /api/settings/check': {
    summary: 'Says whether changes could be made, and what is wrong with them; changes nothing.',
    access: 'session',
    body: z.strictObject({ changes }),
    answer: z.strictObject({ problems: z.array(problem) }),
  },
  'PUT /api/settings': {
    summary: 'Changes keys of signpost.yaml, all or none. It is noted and can be undone.',
    access: 'session',
    body: z.strictObject({ summary: z.string().trim().max(200).default(''), changes }),
    answer: settingsResult,
  },
})

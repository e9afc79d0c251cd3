import { z } from 'zod'
import { describeRoutes } from '../api/route.ts'
import { trialKeys } from '../../gateway/safe-change/trial-keys.ts'

const trialKey = z.enum(trialKeys)
const id = z.coerce.number().int().positive()

/** One thing that an administrator did. */
const change = z.strictObject({
  id: z.number(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Null where nobody was signed in. */
  by: z.string().nullable(),
  /** `settings.change`, `backends.add`, `session.sign-in`, ... */
  operation: z.string(),
  target: z.string().nullable(),
  /** A sentence, or the key of a text. */
  summary: z.string().nullable(),
  /** Without secrets; for settings an object with the keys that changed. */
  before: z.unknown(),
  after: z.unknown(),
  /** `trying`: waits for its confirmation. `reverted`: nobody confirmed it. */
  state: z.enum(['kept', 'trying', 'reverted', 'undone']),
  /** The change that undid this one. */
  undoneBy: z.number().nullable(),
  canUndo: z.boolean(),
})

/** A key as it is and as it would be; secrets as `{set: true}`, null where the key has its default. */
const difference = z.strictObject({ path: z.string(), now: z.unknown(), after: z.unknown() })

/** What became of a change of the settings. */
export const settingsResult = z.strictObject({
  state: z.enum(['kept', 'trying']),
  changeId: z.number(),
  restartNeeded: z.array(z.string()),
  confirmAt: z.array(z.strictObject({ key: trialKey, url: z.string() })).optional(),
  expiresAt: z.number().optional(),
  token: z.string().optional(),
})

const undone = z.strictObject({
  differences: z.array(difference),
  /** Null for a preview. */
  result: settingsResult.nullable(),
})

export const changesContract = describeRoutes({
  'GET /api/changes': {
    summary: 'Lists what administrators did, the latest first.',
    access: 'session',
    query: z.strictObject({
      /** Only those before this number: `next` of the page before. */
      before: id.optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
      /** Only operations that begin with this: `settings`, `session`. */
      operation: z.string().max(60).optional(),
    }),
    answer: z.strictObject({ changes: z.array(change), next: z.number().nullable() }),
  },
  'POST /api/changes/{id}/undo': {
    summary:
      'Takes a change of the settings back; with `?preview=true`, tells what that would change. Refused (`conflict`) when a later change touched the same keys.',
    access: 'confirmed',
    params: z.strictObject({ id }),
    query: z.strictObject({ preview: z.stringbool().default(false) }),
    answer: undone,
  },
  'POST /api/changes/return': {
    summary:
      'Takes back all changes of the settings after a moment; with `preview`, tells what that would change.',
    access: 'confirmed',
    body: z.strictObject({
      /** Milliseconds since the epoch. */
      to: z.number().int().nonnegative(),
      preview: z.boolean().default(false),
    }),
    answer: undone,
  },
  'GET /api/changes/trial': {
    summary: 'The change of addresses that waits for its confirmation.',
    access: 'session',
    answer: z.strictObject({
      trial: z
        .strictObject({
          keys: z.array(trialKey),
          expiresAt: z.number(),
          confirmAt: z.array(z.strictObject({ key: trialKey, url: z.string() })),
        })
        .nullable(),
    }),
  },
  'POST /api/changes/trial/confirm': {
    summary:
      'Confirms a change of addresses as far as this request, and one that the server makes to its new public address, prove that they lead here.',
    access: 'session',
    body: z.strictObject({ token: z.string().min(1).max(128) }),
    answer: z.strictObject({
      state: z.enum(['kept', 'failed', 'waiting']),
      /** What is not proved yet; `admin.listen` is by the same request at the new address. */
      missing: z.array(trialKey),
    }),
    changes: 'settings.confirm',
  },
  'POST /api/changes/trial/revert': {
    summary: 'Goes back to the former addresses at once.',
    access: 'session',
    answer: z.strictObject({ reverted: z.boolean() }),
    changes: 'settings.revert',
  },
})
